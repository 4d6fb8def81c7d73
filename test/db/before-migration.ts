import { type Database, type DatabaseOptions, openDatabase } from '../../src/db/client.ts'
import { migrate } from '../../src/db/migrate.ts'
import { readMigrations } from '../../src/db/migrations-folder.ts'
import { engine } from './engines.ts'

interface Migrating extends Database {
  options: DatabaseOptions
  /** Applies the migration alone. */
  applyIt(): Promise<unknown>
  /** Applies it and all that come after it. */
  applyAll(): Promise<unknown>
}

/** Works on a database as it is before the migration whose name ends so. */
export async function beforeMigration(
  suffix: string,
  work: (database: Migrating) => Promise<void>,
): Promise<void> {
  const empty = await engine.createEmpty()
  const database = await openDatabase(empty.options)
  try {
    const migrations = await readMigrations()
    const index = migrations.findIndex(({ name }) => name.endsWith(suffix))
    await migrate(database, { migrations: migrations.slice(0, index) })
    await work({
      ...database,
      options: empty.options,
      applyIt: () => migrate(database, { migrations: migrations.slice(0, index + 1) }),
      applyAll: () => migrate(database),
    })
  } finally {
    await database.close()
    await empty.drop()
  }
}
