import { execFile } from 'node:child_process'
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { freePort } from './ports.ts'

const run = promisify(execFile)

export type Cluster = Awaited<ReturnType<typeof startCluster>>

/** PostgreSQL's server refuses to run as root. */
const asPostgres = (command: string, args: string[]) =>
  process.getuid?.() === 0
    ? run('setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', command, ...args], {
        cwd: '/',
      })
    : run(command, args)

/** The folder with Debian's binaries of the newest version. */
async function findBinaries() {
  const root = '/usr/lib/postgresql'
  const versions = (await readdir(root)).map(Number).sort((one, other) => other - one)
  return join(root, String(versions[0]), 'bin')
}

/** A PostgreSQL of its own, that keeps what it acknowledged, on a free port of loopback. */
export async function startCluster({ maxConnections = 40 } = {}) {
  const bin = await findBinaries()
  const folder = await mkdtemp(join(tmpdir(), 'chaos-postgres-'))
  if (process.getuid?.() === 0) {
    const { stdout } = await run('id', ['-u', 'postgres'])
    await chown(folder, Number(stdout), Number((await run('id', ['-g', 'postgres'])).stdout))
  }
  const data = join(folder, 'data')
  const port = await freePort()
  const options = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N']
  await asPostgres(join(bin, 'initdb'), ['-D', data, ...options])
  const settings = `-h 127.0.0.1 -p ${port} -k '' -c max_connections=${maxConnections} -c shared_buffers=32MB`
  const control = (...args: string[]) =>
    asPostgres(join(bin, 'pg_ctl'), ['-D', data, '-s', ...args])
  const start = () => control('-w', '-l', join(folder, 'log'), '-o', settings, 'start')
  const stop = (mode: 'fast' | 'immediate') => control('-w', '-m', mode, 'stop')
  const urlOf = (user: string, database: string) =>
    `postgresql://${user}@127.0.0.1:${port}/${database}`
  /** As the service connects: superusers have connections of their own. */
  const url = (database = 'postgres') => urlOf('app', database)
  await start()

  async function query(sql: string, database = 'postgres') {
    const client = new pg.Client({ connectionString: urlOf('postgres', database) })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(sql)).rows as Record<string, unknown>[]
    } finally {
      await client.end()
    }
  }

  await query('CREATE ROLE app LOGIN')
  return {
    port,
    url,
    query,
    start,
    stop,
    async createDatabase(name: string) {
      await query(`CREATE DATABASE "${name}" OWNER app`)
      return url(name)
    },
    /** Cuts every connection to a database. */
    cut: (database: string) =>
      query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`),
    async remove() {
      await stop('immediate').catch(() => {})
      await rm(folder, { recursive: true, force: true })
    },
  }
}
