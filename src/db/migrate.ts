import type pg from 'pg'
import { ADVISORY_LOCKS } from './advisory-locks.ts'
import type { Database } from './client.ts'
import { mayMigrate } from './data-rights.ts'
import { isDatabaseError } from './driver-fault.ts'
import {
  applyMigration,
  beginHistory,
  MigrationError,
  pendingMigrations,
  readHistory,
} from './migration-history.ts'
import { type Migration, readMigrations } from './migrations-folder.ts'
import { MIGRATION_LOCK_TIMEOUT } from './timeouts.ts'

const LOCK_NOT_AVAILABLE = '55P03'

interface MigrateOptions {
  /** Those to apply, oldest first; by default this package's prisma/migrations. */
  migrations?: readonly Migration[]
  /** Longest wait in ms for another server that is migrating, and for its tables (default 60 000). */
  lockTimeout?: number
}

/**
 * Brings the database up to date, recording in `_prisma_migrations` what Prisma would; answers the names of the
 * migrations applied. However many servers start at once, each migration is applied once. Each is one
 * transaction; on a new database all of them are one. When one fails, or the process dies, nothing of its
 * transaction remains, and the next start tries again. (Hence migrations hold no CREATE INDEX CONCURRENTLY, and
 * use no value of an enumerated type that one before them added.)
 *
 * @throws {MigrationError} when one fails, when the database does not fit this version, or when there is something to
 * apply and the database's user may not
 */
export function migrate(database: Database, options: MigrateOptions = {}): Promise<string[]> {
  return database.withMigrationConnection(async (client) => {
    const { migrations = await readMigrations(), lockTimeout = MIGRATION_LOCK_TIMEOUT } = options
    const applied: string[] = []
    for (;;) {
      const pending = pendingMigrations(migrations, await readHistory(client))
      if (pending.length === 0) return applied
      if (!(await mayMigrate(client))) throw notAllowed(pending)
      applied.push(...(await applySome(client, migrations, lockTimeout)))
    }
  })
}

const notAllowed = (pending: readonly Migration[]) =>
  new MigrationError(
    `The database lacks ${pending.map(({ name }) => name).join(', ')}, and its user may not make or change tables. ` +
      'Run the command migrate with --grant-to THIS_USER and the DATABASE_URL of the user who owns the tables, then start again.',
  )

/** Whether no migration has run on the database yet. */
export const isNew = (database: Database): Promise<boolean> =>
  database.withMigrationConnection(async (client) => (await readHistory(client)).length === 0)

/** Answers nothing when another server had applied everything by the time we had the lock. */
async function applySome(
  client: pg.ClientBase,
  migrations: readonly Migration[],
  lockTimeout: number,
): Promise<string[]> {
  await client.query('BEGIN')
  try {
    await lock(client, lockTimeout)
    const history = await readHistory(client)
    const pending = pendingMigrations(migrations, history)
    const batch = history.length === 0 ? pending : pending.slice(0, 1)
    if (history.length === 0) await beginHistory(client)
    for (const migration of batch) await apply(client, migration)
    await client.query('COMMIT')
    return batch.map(({ name }) => name)
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {}) // a lost connection has ended the transaction already
    throw error
  }
}

async function lock(client: pg.ClientBase, timeout: number): Promise<void> {
  try {
    await client.query(`SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = ${timeout}`)
    await client.query(`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.migrations})`)
  } catch (error) {
    if (!isDatabaseError(error) || error.code !== LOCK_NOT_AVAILABLE) throw error
    throw new MigrationError(
      `Another process has held the migration lock of the database for ${timeout / 1000} s. ` +
        `Look for it in pg_locks (advisory lock ${ADVISORY_LOCKS.migrations}), then start again.`,
      error,
    )
  }
}

async function apply(client: pg.ClientBase, migration: Migration): Promise<void> {
  try {
    await applyMigration(client, migration)
  } catch (error) {
    throw new MigrationError(
      `Migration ${migration.name} failed and was undone, the database is as it was before: ${(error as Error).message}`,
      error,
    )
  }
}
