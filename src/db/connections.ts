import type { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'

/** How to reach one database, whichever engine runs it. */
export interface Connections {
  engine: 'postgresql' | 'pglite'
  /** All connections but those for migrations; with timeouts. */
  pool: pg.Pool
  /** For the Prisma client: the pool. */
  adapterFactory: PrismaPg
  /** For migrations: one connection of its own per `connect()`, without a statement timeout. */
  migrationAdapterFactory: PrismaPg
  close(): Promise<void>
}
