import { setTimeout as sleep } from 'node:timers/promises'
import { PrismaClient } from '../generated/prisma/client.ts'
import type { Connections, PoolUse, WithConnection } from './connections.ts'
import { driverFault, isAborted } from './driver-fault.ts'
import { openPostgres } from './postgres.ts'
import { usePool } from './statements.ts'
import type { Db, Tx } from './types.ts'

const TRANSACTION = { maxWait: 3_000, timeout: 9_000 }
const TRANSACTION_TRIES = 3

export interface DatabaseOptions {
  /** A PostgreSQL server; without it the embedded PGlite runs in `dataDir`. */
  databaseUrl?: string | undefined
  /** The service's data folder; PGlite takes `pglite` in it. */
  dataDir: string
  /** Most connections to a PostgreSQL server (default 10); PGlite has one. */
  poolSize?: number | undefined
  /** Told of idle connections that broke; the pool replaces them by itself. */
  onIdleError?: (error: Error) => void
}

export interface Database {
  db: Db
  engine: Connections['engine']
  withMigrationConnection: WithConnection
  poolUse(): PoolUse
  close(): Promise<void>
}

/**
 * Opens the database without touching its tables; see `migrate`. An unreachable PostgreSQL server
 * shows at the first query.
 *
 * @throws {FolderInUseError} when another process has the PGlite folder open
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { databaseUrl, dataDir, poolSize = 10, onIdleError = () => {} } = options
  if (databaseUrl !== undefined) {
    return databaseOver(openPostgres({ databaseUrl, poolSize, onIdleError }))
  }
  const { openEmbedded } = await import('./embedded.ts') // a server on PostgreSQL does without it
  return databaseOver(await openEmbedded(dataDir))
}

/** The Prisma client over connections that are open already. */
export function databaseOver(connections: Connections): Database {
  const db = new PrismaClient({ adapter: connections.adapterFactory })
  usePool(db, connections.pool)
  return {
    db,
    engine: connections.engine,
    withMigrationConnection: connections.withMigrationConnection,
    poolUse: connections.use,
    close: async () => {
      await db.$disconnect()
      await connections.close()
    },
  }
}

/**
 * Runs `work` in one transaction (read committed, at most 9 s). When the database aborted it for a
 * deadlock or a serialization conflict it is run again, three times in all, so `work` must have no
 * effects outside the database.
 */
export async function withTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return retryAborted(() => db.$transaction(work, TRANSACTION))
}

/** The same for a single statement, which is a transaction by itself. */
export async function retryAborted<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === TRANSACTION_TRIES || !isAborted(error)) throw error
      await sleep(Math.random() * 50 * attempt)
    }
  }
}

/**
 * Name of the unique index that a write ran into, such as `robots_namespace_id_name_key`, on both
 * engines, for raw queries too; undefined for any other error.
 */
export function uniqueViolation(error: unknown): string | undefined {
  const fault = driverFault(error)
  if (fault?.kind !== 'UniqueConstraintViolation') return undefined
  return fault.constraint !== undefined && 'index' in fault.constraint ? fault.constraint.index : ''
}

/** Whether a write refers to a row that does not exist, such as one deleted at the same moment. */
export const isForeignKeyViolation = (error: unknown) =>
  driverFault(error)?.kind === 'ForeignKeyConstraintViolation'

/** Whether the database takes no changes for now: a standby, or a server set so. */
export const isReadOnly = (error: unknown) => driverFault(error)?.originalCode === '25006'
