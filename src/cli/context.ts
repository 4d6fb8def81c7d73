import { loadConfig } from '../config/config.ts'
import { openDatabase } from '../db/client.ts'
import { migrate } from '../db/migrate.ts'
import { createServices, type Services } from '../services.ts'

/** Runs a command's work against the configured database, brought up to date, and closes it afterwards. */
export async function withServices<Result>(
  work: (services: Services) => Promise<Result>,
): Promise<Result> {
  const config = loadConfig(process.env)
  const database = await openDatabase({
    databaseUrl: config.databaseUrl,
    dataDir: config.dataDir,
    poolSize: 2,
  })
  try {
    await migrate(database)
    const services = createServices(config, database.db)
    try {
      return await work(services)
    } finally {
      await services.close()
    }
  } finally {
    await database.close()
  }
}

/** Prints a command's result: as JSON where it was asked for, else as a person reads it. */
export function print(result: object, { json }: { json?: boolean }, text: string) {
  process.stdout.write(`${json ? JSON.stringify(result) : text}\n`)
}
