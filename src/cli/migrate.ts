import { Command } from 'commander'
import { loadConfig } from '../config/config.ts'
import { openDatabase } from '../db/client.ts'
import { migrate } from '../db/migrate.ts'
import { print } from './context.ts'

export const migrateCommand = () =>
  new Command('migrate')
    .description('bring the database up to date (also done by serve)')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { databaseUrl, dataDir } = loadConfig(process.env, { needsSecretKey: false })
      const database = await openDatabase({ databaseUrl, dataDir })
      try {
        const applied = await migrate(database)
        const text = applied.length > 0 ? `applied ${applied.join(', ')}` : 'nothing to apply'
        print({ applied }, options, text)
      } finally {
        await database.close()
      }
    })
