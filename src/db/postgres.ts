import type { Socket } from 'node:net'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { type Connections, useOf, withConnection } from './connections.ts'
import { assertSettings, assertStatementsLast } from './pooler.ts'
import { ANSWER_TIMEOUT, CONNECT_TIMEOUT, STATEMENT_TIMEOUT } from './timeouts.ts'

interface PostgresOptions {
  /** libpq style URL: `postgresql://user:password@host:5432/database?sslmode=…` */
  databaseUrl: string
  /** Most connections the pool opens. */
  poolSize: number
  /** false: nothing is prepared by name, and sessions must begin with the settings that they need. */
  preparedStatements?: boolean
  /** Told of connections that broke while idle; the pool replaces them by itself. */
  onIdleError: (error: Error) => void
  connectTimeoutMs?: number
  /** Longest silence of a server at work. */
  answerTimeoutMs?: number
}

/** Opens no connection yet: an unreachable server shows at the first query. */
export function openPostgres({
  databaseUrl,
  poolSize,
  preparedStatements = true,
  onIdleError,
  connectTimeoutMs = CONNECT_TIMEOUT,
  answerTimeoutMs = ANSWER_TIMEOUT,
}: PostgresOptions): Connections {
  const common = {
    connectionString: databaseUrl,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  }
  const beginSession = preparedStatements ? tellSettings : assertSettings
  function openPool(max: number) {
    const pool = new pg.Pool({
      ...common,
      max,
      async onConnect(client) {
        cutWhenSilent(client, connectTimeoutMs)
        await beginSession(client)
        bearSilence(client)
      },
    })
    pool.on('error', onIdleError)
    // Between idle and in use nobody listens for a connection's errors, and an error that nobody hears ends the process.
    pool.on('connect', (client) => client.on('error', () => {}))
    return pool
  }
  const pool = openPool(poolSize)
  pool.on('acquire', (client) => cutWhenSilent(client, answerTimeoutMs))
  pool.on('release', (_error, client) => bearSilence(client))
  async function withOwnConnection<T>(work: (client: pg.ClientBase) => Promise<T>) {
    const ownPool = openPool(1)
    try {
      return await withConnection(ownPool, work)
    } finally {
      await ownPool.end()
    }
  }
  return {
    engine: 'postgresql',
    pool,
    adapterFactory: new PrismaPg(pool),
    namesStatements: preparedStatements,
    async assertSessionsLast() {
      if (!preparedStatements) return // each connection is looked at
      await withConnection(pool, (client) => assertStatementsLast(client, withOwnConnection))
    },
    withMigrationConnection: withOwnConnection,
    use: () => useOf(pool),
    close: () => pool.end(),
  }
}

/**
 * Cuts a connection on which the server says nothing for so long (ms). Giving up the query alone
 * (`query_timeout`) would leave it in the pool, with an answer to come or a transaction open.
 */
function cutWhenSilent(client: pg.ClientBase, timeoutMs: number): void {
  const stream = streamOf(client)
  stream.setTimeout(timeoutMs)
  if (stream.listenerCount('timeout') > 0) return
  stream.on('timeout', () => stream.destroy(new Error('Query read timeout')))
}

const bearSilence = (client: pg.ClientBase) => streamOf(client).setTimeout(0)

const streamOf = (client: pg.ClientBase) => (client as pg.PoolClient).connection.stream as Socket

/** Prisma sends and reads timestamps without their zone, as if every session were in UTC. */
async function tellSettings(client: pg.ClientBase): Promise<void> {
  await client.query(`SET TIME ZONE 'UTC'; SET statement_timeout = ${STATEMENT_TIMEOUT}`)
}
