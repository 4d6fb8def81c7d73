import { openDatabase } from '../../../src/db/client.ts'
import { migrate } from '../../../src/db/migrate.ts'

// migrate-once DATABASE_URL: prints how many migrations this process applied.

const database = await openDatabase({ databaseUrl: process.argv[2], dataDir: '' })
process.stdout.write(`${(await migrate(database)).length}\n`)
await database.close()
