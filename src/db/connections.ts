import type { PrismaPg } from '@prisma/adapter-pg'

/** How to reach one database, whichever engine runs it. */
export interface Connections {
  engine: 'postgresql' | 'pglite'
  /** For the Prisma client: pooled, with timeouts. */
  adapterFactory: PrismaPg
  /** For migrations: one connection of its own per `connect()`, without a statement timeout. */
  migrationAdapterFactory: PrismaPg
  close(): Promise<void>
}
