import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { startCluster } from '../lab/cluster.ts'

interface PostgresServer {
  /** A superuser's, or at least of one who may create databases. */
  url: string
  stop(): Promise<void>
}

/** The server at `url`; without one, a new server with its default settings. */
export async function openPostgres(url: string | undefined): Promise<PostgresServer> {
  if (url !== undefined) return { url, stop: async () => {} }
  const { urlOf, remove } = await startCluster()
  return { url: urlOf('postgres', 'postgres'), stop: remove }
}

/**
 * Creates a database, empty or as a copy of another that nobody is connected to. The other is analyzed
 * first: a copy has the same statistics, but would never be analyzed by itself, unlike its original.
 */
export async function createDatabase(server: PostgresServer, template = 'template1') {
  const name = `quay_robots_bench_${randomUUID().replaceAll('-', '')}`
  if (template !== 'template1') await ask(urlOf(server, template), 'VACUUM ANALYZE')
  await ask(server.url, `CREATE DATABASE "${name}" TEMPLATE "${template}"`)
  return {
    name,
    url: urlOf(server, name),
    drop: () => ask(server.url, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`),
  }
}

function urlOf(server: PostgresServer, database: string): string {
  const url = new URL(server.url)
  url.pathname = database
  return url.href
}

/** Times of the processes that have served a database, by URL and process id (ms): those that have ended count on. */
const timesOf = new Map<string, Map<unknown, number>>()

/**
 * Processor time of the processes that serve the connections to a database (ms), as Linux keeps it; undefined where it does
 * not, or the server is another machine's.
 */
export async function cpuOfBackends(url: string): Promise<number | undefined> {
  const backends = await ask(
    url,
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  )
  const times = timesOf.get(url) ?? new Map<unknown, number>()
  timesOf.set(url, times)
  await Promise.all(
    backends.map(async ({ pid }) => {
      const stat = await readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => '')
      times.set(pid, Number.parseInt(stat, 10) / 1e6)
    }),
  )
  const sum = [...times.values()].reduce((total, time) => total + time, 0)
  return Number.isNaN(sum) ? undefined : sum
}

export async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query(sql)).rows ?? []
  } finally {
    await client.end()
  }
}
