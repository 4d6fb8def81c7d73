import { openDatabase } from '../../src/db/client.ts'
import { startService } from '../helpers/service.ts'

/** A service whose database is at this URL, where there is none. */
export async function startWithoutDatabase(databaseUrl: string) {
  const options = { databaseUrl, dataDir: '' }
  const database = await openDatabase(options)
  const nothing = async () => {}
  const service = await startService({
    database: { database, options, reset: nothing, drop: nothing },
  })
  return {
    ...service,
    async close() {
      await service.close()
      await database.close()
    },
  }
}
