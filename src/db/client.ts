import { PrismaClient } from '../generated/prisma/client.ts'
import type { Connections, PoolUse, WithConnection } from './connections.ts'
import { openPostgres } from './postgres.ts'
import { usePool } from './statements.ts'
import type { Db } from './types.ts'

export interface DatabaseOptions {
  /** A PostgreSQL server; without it the embedded PGlite runs in `dataDir`. */
  databaseUrl?: string | undefined
  /** The service's data folder; PGlite takes `pglite` in it. */
  dataDir: string
  /** Most connections to a PostgreSQL server (default 10); PGlite has one. */
  poolSize?: number | undefined
  /** Whether statements may be prepared by name, and sessions told their settings (default true). */
  preparedStatements?: boolean | undefined
  /** Told of idle connections that broke; the pool replaces them by itself. */
  onIdleError?: (error: Error) => void
}

export interface Database {
  db: Db
  engine: Connections['engine']
  withMigrationConnection: WithConnection
  /** @throws {PoolerError} where the way to a PostgreSQL server is none for prepared statements */
  assertSessionsLast(): Promise<void>
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
  const { preparedStatements = true } = options
  if (databaseUrl !== undefined) {
    return databaseOver(openPostgres({ databaseUrl, poolSize, preparedStatements, onIdleError }))
  }
  const { openEmbedded } = await import('./embedded.ts') // a server on PostgreSQL does without it
  return databaseOver(await openEmbedded(dataDir))
}

/** The Prisma client over connections that are open already. */
export function databaseOver(connections: Connections): Database {
  const db = new PrismaClient({ adapter: connections.adapterFactory })
  usePool(db, connections)
  return {
    db,
    engine: connections.engine,
    withMigrationConnection: connections.withMigrationConnection,
    assertSessionsLast: connections.assertSessionsLast,
    poolUse: connections.use,
    close: async () => {
      await db.$disconnect()
      await connections.close()
    },
  }
}
