import type { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'

/** Connections of the pool to the database. */
export interface PoolUse {
  used: number
  idle: number
  /** Queries that wait for a connection. */
  waiting: number
}

export type WithConnection = <T>(work: (client: pg.ClientBase) => Promise<T>) => Promise<T>

/** How to reach one database, whichever engine runs it. */
export interface Connections {
  engine: 'postgresql' | 'pglite'
  /** All connections but those for migrations; with timeouts. */
  pool: pg.Pool
  /** For the Prisma client: the pool. */
  adapterFactory: PrismaPg
  /** Whether statements may be prepared by name. */
  namesStatements: boolean
  /** @throws {PoolerError} where what a session is told does not last as it must */
  assertSessionsLast(): Promise<void>
  /** Lends `work` a connection for migrations: of its own where there is more than one, on which silence is borne. */
  withMigrationConnection: WithConnection
  use(): PoolUse
  close(): Promise<void>
}

export const useOf = (pool: pg.Pool): PoolUse => ({
  used: pool.totalCount - pool.idleCount,
  idle: pool.idleCount,
  waiting: pool.waitingCount,
})

/** Lends `work` a connection of the pool. */
export async function withConnection<T>(
  pool: pg.Pool,
  work: (client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  try {
    return await work(client)
  } finally {
    client.release()
  }
}
