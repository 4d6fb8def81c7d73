import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { eventually } from './eventually.ts'
import { freePort } from './ports.ts'

/** Of Debian's user `nobody`: PgBouncer refuses to run as root. */
const NOBODY = 65_534

const isRoot = process.getuid?.() === 0

/**
 * Debian's PgBouncer before a database, in transaction mode, with two connections for all clients.
 *
 * @param server of which host, port and database count
 * @param role the one that it logs in as
 */
export async function startPgBouncer(
  { hostname, port, pathname }: URL,
  { role, password }: { role: string; password: string },
) {
  const folder = await mkdtemp(join(tmpdir(), 'pgbouncer-'))
  const file = join(folder, 'pgbouncer.ini')
  const ownPort = await freePort()
  await writeFile(
    file,
    `[databases]
pooled = host=${hostname} port=${port || 5432} dbname=${pathname.slice(1)} user='${role}' password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${ownPort}
unix_socket_dir =
auth_type = any
admin_users = admin
pool_mode = transaction
default_pool_size = 2
`,
  )
  await chmod(folder, 0o755)
  const path = `${process.env.PATH}:/usr/sbin`
  const child = spawn('pgbouncer', ['-q', file], {
    env: { PATH: path },
    stdio: 'ignore',
    ...(isRoot && { uid: NOBODY, gid: NOBODY }),
  })
  const ended = once(child, 'exit')

  /** Has its administrator say something. */
  async function tell(words: string) {
    const admin = new pg.Client(`postgresql://admin@127.0.0.1:${ownPort}/pgbouncer`)
    await admin.connect()
    await admin.query(words)
    await admin.end()
  }
  await eventually(() => tell('SHOW VERSION'))

  return {
    url: `postgresql://anybody@127.0.0.1:${ownPort}/pooled`,
    tell,
    async stop() {
      child.kill()
      await ended
      await rm(folder, { recursive: true })
    },
  }
}
