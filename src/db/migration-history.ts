import type { SqlQueryable } from '@prisma/driver-adapter-utils'
import { checksum } from './migrations-folder.ts'
import type { Migration } from './schema-engine.ts'

export class MigrationError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'MigrationError'
  }
}

/** A row of `_prisma_migrations` that was not rolled back. */
interface RecordedMigration {
  name: string
  checksum: string
  finished: boolean
}

export async function readHistory(connection: SqlQueryable): Promise<RecordedMigration[]> {
  // Not to_regclass: it may answer from the session's cache, from before we waited for the lock.
  const [[exists] = []] = await select(
    connection,
    `SELECT EXISTS (SELECT FROM pg_tables
     WHERE schemaname = current_schema() AND tablename = '_prisma_migrations')`,
  )
  if (exists !== true) return []
  const rows = await select(
    connection,
    `SELECT migration_name, checksum, finished_at IS NOT NULL FROM _prisma_migrations
     WHERE rolled_back_at IS NULL ORDER BY started_at`,
  )
  return rows.map(([name, checksum, finished]) => ({
    name: String(name),
    checksum: String(checksum),
    finished: finished === true,
  }))
}

/** @throws MigrationError when the history is not a part of `migrations` */
export function pendingMigrations(
  migrations: readonly Migration[],
  history: readonly RecordedMigration[],
): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const recorded of history) {
    const migration = known.get(recorded.name)
    if (migration === undefined) {
      throw new MigrationError(
        `The database holds the migration ${recorded.name}, which this version does not know: a newer ` +
          'version has run on it. Start that version, or restore a backup made before it.',
      )
    }
    if (!recorded.finished) {
      throw new MigrationError(
        `The migration ${recorded.name} was begun by another tool and not finished. Repair the ` +
          'database, then record the outcome with `npx prisma migrate resolve`, where Prisma is installed.',
      )
    }
    if (recorded.checksum !== checksum(migration)) {
      throw new MigrationError(
        `The migration ${recorded.name} was edited after the database had it: its checksum differs. ` +
          'Put its file back as released, and make changes in a new migration.',
      )
    }
  }
  const applied = new Set(history.map(({ name }) => name))
  return migrations.filter(({ name }) => !applied.has(name))
}

async function select(connection: SqlQueryable, sql: string): Promise<unknown[][]> {
  return (await connection.queryRaw({ sql, args: [], argTypes: [] })).rows
}
