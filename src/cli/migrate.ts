import { Command } from 'commander'
import { loadConfig } from '../config/config.ts'
import { prepareDataFolder } from '../data-folder.ts'
import { openDatabase } from '../db/client.ts'
import { giveDataRights } from '../db/data-rights.ts'
import { migrate } from '../db/migrate.ts'
import type { Context } from './context.ts'

export const migrateCommand = ({ env, print }: Context) =>
  new Command('migrate')
    .description('bring the database up to date (also done by serve)')
    .option(
      '--grant-to <role>',
      'then let this role of the database read and change the data, and nothing else: the one that serves',
    )
    .option('--json', 'print JSON')
    .action(async (options: { grantTo?: string; json?: boolean }) => {
      const config = loadConfig(env, { needsSecretKey: false })
      const { databaseUrl, dataDir, databasePreparedStatements: preparedStatements } = config
      if (databaseUrl === undefined) prepareDataFolder(dataDir, true)
      const database = await openDatabase({ databaseUrl, dataDir, preparedStatements })
      try {
        await database.assertSessionsLast()
        const applied = await migrate(database)
        if (options.grantTo !== undefined) await giveDataRights(database, options.grantTo)
        const text = applied.length > 0 ? `applied ${applied.join(', ')}` : 'nothing to apply'
        print({ applied }, options, text)
      } finally {
        await database.close()
      }
    })
