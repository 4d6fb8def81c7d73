import type { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'

/** Connections of the pool to the database. */
export interface PoolUse {
  used: number
  idle: number
  /** Queries that wait for a connection. */
  waiting: number
}

/** How to reach one database, whichever engine runs it. */
export interface Connections {
  engine: 'postgresql' | 'pglite'
  /** All connections but those for migrations; with timeouts. */
  pool: pg.Pool
  /** For the Prisma client: the pool. */
  adapterFactory: PrismaPg
  /** For migrations: one connection of its own per `connect()`, without a statement timeout. */
  migrationAdapterFactory: PrismaPg
  use(): PoolUse
  close(): Promise<void>
}

export const useOf = (pool: pg.Pool): PoolUse => ({
  used: pool.totalCount - pool.idleCount,
  idle: pool.idleCount,
  waiting: pool.waitingCount,
})
