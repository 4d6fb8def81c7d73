import { type Config, loadConfig } from '../config/config.ts'
import type { Services } from '../services.ts'

/**
 * Runs a command's work against the configured database, brought up to date, and closes it afterwards.
 *
 * @param mayCreate whether a database is made where there is none
 */
export async function withServices<Result>(
  work: (services: Services, config: Config) => Promise<Result>,
  { mayCreate = false } = {},
): Promise<Result> {
  const config = loadConfig(process.env)
  // Loaded only here, so that help and usage errors come at once.
  const { openServices } = await import('../open-services.ts')
  const { services, close } = await openServices(config, { mayCreate, poolSize: 2 })
  try {
    return await work(services, config)
  } finally {
    await close()
  }
}

/** Prints a command's result: as JSON where it was asked for, else as a person reads it. */
export function print(result: object, { json }: { json?: boolean }, text: string) {
  process.stdout.write(`${json ? JSON.stringify(result) : text}\n`)
}
