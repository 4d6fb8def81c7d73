import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import type { Connections } from './connections.ts'

const CONNECT_TIMEOUT = 5_000
const STATEMENT_TIMEOUT = 10_000
// Client side: notices a server that went silent, for which the statement timeout cannot speak.
const ANSWER_TIMEOUT = 15_000

export interface PostgresOptions {
  /** libpq style URL: `postgresql://user:password@host:5432/database?sslmode=…` */
  databaseUrl: string
  /** Most connections the pool opens. */
  poolSize: number
  /** Told of connections that broke while idle; the pool replaces them by itself. */
  onIdleError: (error: Error) => void
}

/** Opens no connection yet: an unreachable server shows at the first query. */
export function openPostgres(options: PostgresOptions): Connections {
  const common = {
    connectionString: options.databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  }
  const pool = new pg.Pool({
    ...common,
    max: options.poolSize,
    query_timeout: ANSWER_TIMEOUT,
    onConnect: (client) => prepareSession(client, STATEMENT_TIMEOUT),
  })
  pool.on('error', options.onIdleError)
  return {
    engine: 'postgresql',
    pool,
    adapterFactory: new PrismaPg(pool),
    migrationAdapterFactory: new PrismaPg({
      ...common,
      max: 1,
      idleTimeoutMillis: 0,
      onConnect: (client) => prepareSession(client, 0),
    }),
    close: () => pool.end(),
  }
}

/** Prisma sends and reads timestamps without their zone, as if every session were in UTC. */
async function prepareSession(client: pg.ClientBase, statementTimeout: number): Promise<void> {
  await client.query(`SET TIME ZONE 'UTC'; SET statement_timeout = ${statementTimeout}`)
}
