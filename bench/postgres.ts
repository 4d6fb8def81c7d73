import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { freePort } from './processes.ts'

const run = promisify(execFile)
const INSTALLED = '/usr/lib/postgresql'

interface PostgresServer {
  /** A superuser's, or at least of one who may create databases. */
  url: string
  stop(): Promise<void>
}

/** The server at `url`; without one, a new server from Debian's packages, with its default settings. */
export async function openPostgres(url: string | undefined): Promise<PostgresServer> {
  return url === undefined ? startCluster() : { url, stop: async () => {} }
}

async function startCluster(): Promise<PostgresServer> {
  const bin = await findBinaries()
  const folder = await mkdtemp(join(tmpdir(), 'quay-robots-bench-postgres-'))
  const asPostgres = await userOf(folder)
  const call = (program: string, ...args: string[]) =>
    run(
      asPostgres[0] ?? join(bin, program),
      [...asPostgres.slice(1), ...(asPostgres.length > 0 ? [join(bin, program)] : []), ...args],
      { cwd: '/' },
    )
  const port = await freePort()
  const data = join(folder, 'data')
  await call(
    'initdb',
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
  )
  const options = `-h 127.0.0.1 -p ${port} -k ''`
  await call('pg_ctl', '-D', data, '-l', join(folder, 'log'), '-o', options, '-w', '-s', 'start')
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await call('pg_ctl', '-D', data, '-m', 'fast', '-w', '-s', 'stop')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function findBinaries() {
  const versions = await readdir(INSTALLED).catch(() => [])
  const newest = versions.map(Number).sort((a, b) => b - a)[0]
  if (newest === undefined) {
    throw new Error(
      'No PostgreSQL: set BENCH_DATABASE_URL, install Debian’s package postgresql, or use --engine pglite',
    )
  }
  return join(INSTALLED, String(newest), 'bin')
}

/** PostgreSQL refuses to run as root. */
async function userOf(folder: string) {
  if (process.getuid?.() !== 0) return []
  const { stdout } = await run('id', ['-u', 'postgres'])
  await chown(folder, Number(stdout), Number(stdout))
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups']
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

export async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query(sql)).rows ?? []
  } finally {
    await client.end()
  }
}
