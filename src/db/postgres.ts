import type { Socket } from 'node:net'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { type Connections, useOf } from './connections.ts'

/** Longest wait for a connection, new or out of the pool (ms). */
const CONNECT_TIMEOUT = 3_000
/** The server gives a statement up; less than the time that a request has (ms). */
const STATEMENT_TIMEOUT = 8_000
/** Longest silence of a server at work, for which the statement timeout cannot speak (ms). */
const ANSWER_TIMEOUT = 9_000

export interface PostgresOptions {
  /** libpq style URL: `postgresql://user:password@host:5432/database?sslmode=…` */
  databaseUrl: string
  /** Most connections the pool opens. */
  poolSize: number
  /** Told of connections that broke while idle; the pool replaces them by itself. */
  onIdleError: (error: Error) => void
  /** Longest silence of a server at work. */
  answerTimeoutMs?: number
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
    onConnect: (client) => prepareSession(client, STATEMENT_TIMEOUT),
  })
  pool.on('error', options.onIdleError)
  // Between two users a connection has no listener of the pool, and an error that nobody hears ends the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  cutSilentConnections(pool, options.answerTimeoutMs ?? ANSWER_TIMEOUT)
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
    use: () => useOf(pool),
    close: () => pool.end(),
  }
}

/**
 * Cuts connections that are silent for too long while somebody works with them. Giving up the query alone
 * (`query_timeout`) would leave the connection in the pool, with an answer to come or a transaction open.
 */
function cutSilentConnections(pool: pg.Pool, answerTimeoutMs: number): void {
  pool.on('acquire', (client) => {
    const stream = streamOf(client)
    stream.setTimeout(answerTimeoutMs)
    if (stream.listenerCount('timeout') > 0) return
    stream.on('timeout', () => stream.destroy(new Error('Query read timeout')))
  })
  pool.on('release', (_error, client) => streamOf(client).setTimeout(0))
}

const streamOf = (client: pg.PoolClient) => client.connection.stream as Socket

/** Prisma sends and reads timestamps without their zone, as if every session were in UTC. */
async function prepareSession(client: pg.ClientBase, statementTimeout: number): Promise<void> {
  await client.query(`SET TIME ZONE 'UTC'; SET statement_timeout = ${statementTimeout}`)
}
