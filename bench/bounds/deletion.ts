import { setTimeout as sleep } from 'node:timers/promises'
import { run, type Statement } from '../growth/fill.ts'
import { Connection } from '../load/connection.ts'
import { bytesOf } from '../load/requests.ts'
import { ask } from '../postgres.ts'
import { bearerCall, createAccounts } from '../world.ts'
import type { Bound } from './bound.ts'
import { percentile } from './watch.ts'

const ROBOTS = 250_000
const REPOSITORIES = 250_000
const GRANTS = 1_000_000

/** How long log-ins are measured, before and while rows are cleared away (ms). */
const MEASURED = 20_000
/** Between two log-ins (ms). */
const PAUSE = 10
/** Longest wait for the last row (ms). */
const PATIENCE = 1_200_000

/** An organization is deleted; meanwhile a robot of another one logs in, and the server is killed once. */
export const deletion: Bound = {
  name: 'deletion',
  async measure({ engine, start, say }) {
    const target = await engine.create()
    const databaseUrl = target.env.DATABASE_URL
    if (databaseUrl === undefined) throw new Error('deletion is measured on PostgreSQL')
    const first = await start(target)
    const apiToken = await createAccounts(first.url, ['doomed', 'other'])
    const robot = await bearerCall(first.url, apiToken)(
      'PUT',
      '/api/v1/organization/other/robots/ci',
    )
    await first.stop()
    say(
      `filling a database with ${ROBOTS} robots, ${REPOSITORIES} repositories, ${GRANTS} grants\n`,
    )
    await run(target, FILLINGS)

    let server = await start(target)
    const password = String((robot as { token?: unknown }).token)
    const before = await logIns(server.port, password)
    say('deleting\n')
    const url = server.url
    const headers = { authorization: `Bearer ${apiToken}` }
    const begin = performance.now()
    const { status } = await fetch(`${url}/api/v1/organization/doomed`, {
      method: 'DELETE',
      headers,
    })
    const deleted = performance.now() - begin
    const seen = await fetch(`${url}/api/v1/organization/doomed`, { headers })
    const meanwhile = await logIns(server.port, password)
    const left = async () => {
      const [row] = await ask(databaseUrl, REMAINS)
      return Number(row?.rows)
    }
    const atKill = await left()
    process.kill(server.pid, 'SIGKILL')
    say(`killed with ${atKill} rows left\n`)
    const again = performance.now()
    server = await start(target)
    while ((await left()) > 0 && performance.now() - again < PATIENCE) await sleep(1000)
    const cleared = performance.now() - again
    const rows = await left()
    await server.stop()
    return [
      {
        what: 'answered 204, then 404 (0: yes)',
        value: status === 204 && seen.status === 404 ? 0 : 1,
        unit: '',
        most: 0,
      },
      { what: 'gone for everybody', value: deleted, unit: 'ms', most: 1000 },
      { what: 'log-ins p99 before', value: before, unit: 'ms' },
      { what: 'log-ins p99 while rows go', value: meanwhile, unit: 'ms' },
      { what: 'log-ins p99, times that of before', value: meanwhile / before, unit: '×', most: 2 },
      { what: 'rows left at kill -9', value: atKill, unit: '' },
      { what: 'rows left in the end', value: rows, unit: '', most: 0 },
      { what: 'from the restart to the last row', value: cleared / 1000, unit: 's' },
    ]
  },
}

/** Log-ins of a robot, one after another. @returns the time that 99 of 100 take at most (ms) */
async function logIns(port: number, password: string): Promise<number> {
  const authorization = `Basic ${Buffer.from(`other+ci:${password}`).toString('base64')}`
  const request = bytesOf({ method: 'GET', path: '/v2/auth', headers: { authorization } })
  const connection = new Connection(port)
  const times: number[] = []
  const end = performance.now() + MEASURED
  while (performance.now() < end) {
    const begin = performance.now()
    await connection.send(request)
    times.push(performance.now() - begin)
    await sleep(PAUSE)
  }
  connection.close()
  return percentile(times, 0.99)
}

const REMAINS = `
  SELECT (SELECT count(*) FROM namespace_rows WHERE deleted_at IS NOT NULL)
       + (SELECT count(*) FROM robots WHERE name LIKE 'robot%')
       + (SELECT count(*) FROM repositories) + (SELECT count(*) FROM repository_permissions) AS rows`

/** The rows are right: looking up each reference would take most of the time. */
const FILLINGS: Statement[] = [
  ["SET session_replication_role = 'replica'", []],
  [
    `WITH robot AS (
       INSERT INTO robots (id, namespace_id, name, created_at, credential_id)
       SELECT gen_random_uuid(), n.id, 'robot' || i, now(), gen_random_uuid()
       FROM namespaces n, generate_series(0, $1::int - 1) i WHERE n.name = 'doomed' RETURNING id, credential_id
     )
     INSERT INTO robot_secrets (id, robot_id, seal_key_id, sealed, digest, created_at)
     SELECT credential_id, id, 'none', '\\x00', '\\x00', now() FROM robot`,
    [ROBOTS],
  ],
  [
    `INSERT INTO repositories (id, namespace_id, name, visibility, created_at)
     SELECT gen_random_uuid(), n.id, 'repository' || i, 'private', now()
     FROM namespaces n, generate_series(0, $1::int - 1) i WHERE n.name = 'doomed'`,
    [REPOSITORIES],
  ],
  [
    `INSERT INTO repository_permissions (id, repository_id, namespace_id, repository_name, robot_id, role)
     SELECT gen_random_uuid(), p.id, p.namespace_id, p.name, r.id, 'write'
     FROM generate_series(0, $1::int - 1) k
     JOIN (SELECT *, row_number() OVER () - 1 AS i FROM robots WHERE name LIKE 'robot%') r
       ON r.i = k / ($1::int / $2::int)
     JOIN (SELECT *, row_number() OVER () - 1 AS i FROM repositories) p
       ON p.i = (k / ($1::int / $2::int) + k % ($1::int / $2::int)) % $3::int`,
    [GRANTS, ROBOTS, REPOSITORIES],
  ],
  ['VACUUM ANALYZE', []],
]
