import { execFile } from 'node:child_process'
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './ports.ts'

const run = promisify(execFile)
const INSTALLED = '/usr/lib/postgresql'

export type Cluster = Awaited<ReturnType<typeof startCluster>>

/**
 * A PostgreSQL of its own from Debian's binaries, on a free port of loopback, that keeps what it acknowledges.
 *
 * @param settings as `name=value`; all else is as PostgreSQL has it
 * @throws Error where PostgreSQL is not installed
 */
export async function startCluster(settings: string[] = []) {
  const bin = await findBinaries()
  const folder = await mkdtemp(join(tmpdir(), 'quay-robots-postgres-'))
  await giveToPostgres(folder)
  const data = join(folder, 'data')
  const port = await freePort()
  const options = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N']
  await asPostgres(join(bin, 'initdb'), ['-D', data, ...options])
  const server = [`-h 127.0.0.1 -p ${port} -k ''`, ...settings.map((one) => `-c ${one}`)].join(' ')
  const control = (...args: string[]) =>
    asPostgres(join(bin, 'pg_ctl'), ['-D', data, '-w', '-s', ...args])
  const start = () => control('-l', join(folder, 'log'), '-o', server, 'start')
  const stop = (mode: 'fast' | 'immediate') => control('-m', mode, 'stop')
  await start()
  return {
    port,
    start,
    stop,
    /** Of a database, for a user, who needs no password. */
    urlOf: (user: string, database: string) => `postgresql://${user}@127.0.0.1:${port}/${database}`,
    async remove() {
      await stop('immediate').catch(() => {})
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL's server refuses to run as root. */
const asPostgres = (command: string, args: string[]) =>
  process.getuid?.() === 0
    ? run('setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', command, ...args], {
        cwd: '/',
      })
    : run(command, args)

/** As root, PostgreSQL's user gets the folder; anybody else is who starts PostgreSQL. */
export async function giveToPostgres(folder: string): Promise<void> {
  if (process.getuid?.() === 0) await chown(folder, await idOf('-u'), await idOf('-g'))
}

const idOf = async (kind: '-u' | '-g') => Number((await run('id', [kind, 'postgres'])).stdout)

/** The folder with the binaries of the newest version. */
export async function findBinaries(): Promise<string> {
  const versions = await readdir(INSTALLED).catch(() => [])
  const newest = versions.map(Number).sort((a, b) => b - a)[0]
  if (newest === undefined) throw new Error('No PostgreSQL: install Debian’s package postgresql')
  return join(INSTALLED, String(newest), 'bin')
}
