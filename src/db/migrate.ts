import type { SqlDriverAdapter, SqlQueryable, Transaction } from '@prisma/driver-adapter-utils'
import { ADVISORY_LOCKS } from './advisory-locks.ts'
import type { Database } from './client.ts'
import { mayMigrate } from './data-rights.ts'
import { driverFault } from './driver-fault.ts'
import { MigrationError, pendingMigrations, readHistory } from './migration-history.ts'
import { readMigrations } from './migrations-folder.ts'
import { createSchemaEngine, type Migration } from './schema-engine.ts'

const LOCK_TIMEOUT = 60_000
const LOCK_NOT_AVAILABLE = '55P03'

interface MigrateOptions {
  /** Those to apply, oldest first; by default this package's prisma/migrations. */
  migrations?: readonly Migration[]
  /** Longest wait in ms for another server that is migrating, and for its tables (default 60 000). */
  lockTimeout?: number
}

/**
 * Brings the database up to date with Prisma's own engine, recording in `_prisma_migrations` what
 * Prisma would; answers the names of the migrations applied. However many servers start at once, each
 * migration is applied once. Each is one transaction; on a new database all of them are one. When one fails, or
 * the process dies, nothing of its transaction remains, and the next start tries again. (Hence migrations hold no
 * CREATE INDEX CONCURRENTLY, and use no value of an enumerated type that one before them added.)
 *
 * @throws MigrationError when one fails, when the database does not fit this version, or when there is something to
 * apply and the database's user may not
 */
export async function migrate(database: Database, options: MigrateOptions = {}): Promise<string[]> {
  const { migrations = await readMigrations(), lockTimeout = LOCK_TIMEOUT } = options
  const connection = await database.adapterFactory.connect()
  try {
    const applied: string[] = []
    // The engine is loaded only when there is something to apply: most starts skip it.
    for (;;) {
      const pending = pendingMigrations(migrations, await readHistory(connection))
      if (pending.length === 0) return applied
      if (!(await mayMigrate(connection))) throw notAllowed(pending)
      applied.push(...(await applySome(connection, migrations, lockTimeout)))
    }
  } finally {
    await connection.dispose()
  }
}

const notAllowed = (pending: readonly Migration[]) =>
  new MigrationError(
    `The database lacks ${pending.map(({ name }) => name).join(', ')}, and its user may not make or change tables. ` +
      'Run the command migrate with --grant-to THIS_USER and the DATABASE_URL of the user who owns the tables, then start again.',
  )

/** Whether no migration has run on the database yet. */
export async function isNew(database: Database): Promise<boolean> {
  const connection = await database.adapterFactory.connect()
  try {
    return (await readHistory(connection)).length === 0
  } finally {
    await connection.dispose()
  }
}

/** Answers nothing when another server had applied everything by the time we had the lock. */
async function applySome(
  connection: SqlDriverAdapter,
  migrations: readonly Migration[],
  lockTimeout: number,
): Promise<string[]> {
  const transaction = await connection.startTransaction()
  let outcome = 'ROLLBACK'
  try {
    await lock(transaction, lockTimeout)
    const history = await readHistory(transaction)
    const pending = pendingMigrations(migrations, history)
    const batch = history.length === 0 ? pending : pending.slice(0, 1)
    const applied = await applyAll(batch, migrations, transaction)
    outcome = 'COMMIT'
    return applied
  } finally {
    await run(transaction, outcome)
    await transaction.commit() // hands the connection back; the statement above is what ended it
  }
}

async function lock(transaction: Transaction, timeout: number): Promise<void> {
  try {
    await run(transaction, `SET LOCAL lock_timeout = ${timeout}`)
    await run(transaction, `SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.migrations})`)
  } catch (error) {
    if (driverFault(error)?.originalCode !== LOCK_NOT_AVAILABLE) throw error
    throw new MigrationError(
      `Another process has held the migration lock of the database for ${timeout / 1000} s. ` +
        `Look for it in pg_locks (advisory lock ${ADVISORY_LOCKS.migrations}), then start again.`,
      error,
    )
  }
}

async function applyAll(
  batch: readonly Migration[],
  migrations: readonly Migration[],
  transaction: Transaction,
): Promise<string[]> {
  const [first] = batch
  if (first === undefined) return []
  let failed: { name: string; error: unknown } | undefined
  const connection: SqlDriverAdapter = {
    provider: transaction.provider,
    adapterName: transaction.adapterName,
    queryRaw: (query) => transaction.queryRaw(query),
    executeRaw: (query) => transaction.executeRaw(query),
    // The adapter's own executeScript cuts at every semicolon, even inside a string or a function.
    executeScript: (script) =>
      run(transaction, script).catch((error: unknown) => {
        const { name } = batch.find(({ sql }) => sql === script) ?? first
        failed = { name, error }
        throw error
      }),
    startTransaction: () => Promise.reject(new Error('already in a transaction')),
    dispose: async () => {},
  }
  try {
    const engine = await createSchemaEngine(connection)
    return await engine.applyMigrations(
      migrations.slice(0, migrations.indexOf(first) + batch.length),
    )
  } catch (error) {
    const { name = first.name, error: cause = error } = failed ?? {}
    const reason = driverFault(cause)?.originalMessage ?? withoutTrace(cause as Error)
    throw new MigrationError(
      `Migration ${name} failed and was undone, the database is as it was before: ${reason}`,
      cause,
    )
  }
}

/** The engine adds where in its own source the error came up. */
const withoutTrace = ({ message }: Error) => message.split(/\n\s+0: /, 1)[0]

/** Without parameters `pg` sends the text as it is, so it may hold several statements. */
async function run(connection: SqlQueryable, sql: string): Promise<void> {
  await connection.executeRaw({ sql, args: [], argTypes: [] })
}
