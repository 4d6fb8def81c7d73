import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/config.ts'
import { type RunningServer, startServer } from '../../src/server.ts'
import { quayRobots } from '../cli/program.ts'
import { apiOf } from '../helpers/api.ts'
import { startPgBouncer } from '../helpers/pgbouncer.ts'
import { freePort } from '../helpers/ports.ts'
import type { EmptyDatabase } from '../helpers/postgres.ts'
import { TEST_SECRET_KEY } from '../helpers/service.ts'
import { engine } from './engines.ts'

// Debian's PgBouncer (1.18) knows nothing of prepared statements: in transaction mode they stay behind in a connection that
// goes to somebody else. The database's own time zone is that of Chatham, twelve hours and three quarters from UTC.

const ROLE = `quay-robots ${randomUUID()}`
const CLIENTS = 12

let empty: EmptyDatabase
let admin: pg.Client
let pooler: Awaited<ReturnType<typeof startPgBouncer>>
/** What the forgotten variable is set to by whoever reads why the start was refused. */
let withoutPrepared: Record<string, string>
let env: Record<string, string>

beforeAll(async () => {
  empty = await engine.createEmpty()
  const url = new URL(empty.options.databaseUrl ?? '')
  admin = new pg.Client(url.href)
  await admin.connect()
  const password = randomUUID()
  await admin.query(`CREATE ROLE "${ROLE}" LOGIN PASSWORD '${password}'`)
  await admin.query(`ALTER DATABASE "${url.pathname.slice(1)}" OWNER TO "${ROLE}"`)
  await admin.query(`GRANT ALL ON SCHEMA public TO "${ROLE}"`)
  pooler = await startPgBouncer(url, { role: ROLE, password })
  env = { DATABASE_URL: pooler.url, SECRET_KEY: TEST_SECRET_KEY.toString('base64') }
  withoutPrepared = { ...env, DATABASE_PREPARED_STATEMENTS: 'false' }
})

afterAll(async () => {
  await pooler.stop()
  await admin.query(`REASSIGN OWNED BY "${ROLE}" TO CURRENT_USER`)
  await admin.query(`DROP OWNED BY "${ROLE}"`)
  await admin.query(`DROP ROLE "${ROLE}"`)
  await admin.end()
  await empty.drop()
})

async function start(variables: Record<string, string>) {
  const port = String(await freePort())
  const config = loadConfig({
    USER_INITIALIZE: 'true',
    DRAIN_SECONDS: '0',
    PORT: port,
    ...variables,
  })
  const server = await startServer(config, pino({ level: 'silent' }))
  return { server, url: config.publicUrl }
}

test.each([
  ['last came back', 0],
  ['came back first', 1],
])(
  'a start that was not told is refused with words, where the connection is lent that %s',
  async (_, roundRobin) => {
    await pooler.tell(`SET server_round_robin = ${roundRobin}`)
    const words =
      /A pooler between this server and its database loses statements .+ Set DATABASE_PREPARED_STATEMENTS=false, or /
    await expect(start(env)).rejects.toThrow(words)
    const migrating = await quayRobots(env, ['migrate'])
    expect(migrating).toMatchObject({ code: 3, stderr: expect.stringMatching(words) })
    await pooler.tell('SET server_round_robin = 0')
    await pooler.tell('RECONNECT')
  },
)

test('sessions that begin in another zone and without a timeout are refused, with the statements that help', async () => {
  const { code, stderr } = await quayRobots(withoutPrepared, ['migrate'])
  expect(code).toBe(3)
  const remedies = stderr.match(/ALTER ROLE [^;]+;/g) ?? []
  expect(remedies).toEqual([
    `ALTER ROLE "${ROLE}" SET TimeZone = 'UTC';`,
    `ALTER ROLE "${ROLE}" SET statement_timeout = '8s';`,
  ])
  for (const remedy of remedies) await admin.query(remedy)
  await pooler.tell('RECONNECT')
})

test('two servers migrate, change and log in over two connections, and times are right', async () => {
  const before = Date.now()
  const started = await Promise.all([start(withoutPrepared), start(withoutPrepared)])
  const [one, two] = started as [Started, Started]
  const root = { username: 'root', password: 'password-of-root', access_token: true }
  const { body } = await apiOf(one.url).as().post('/api/v1/user/initialize', root).expect(200)
  const work = Array.from({ length: CLIENTS }, async (_, index) => {
    const [here, there] = index % 2 === 0 ? [one, two] : [two, one]
    const path = `/api/v1/user/robots/ci${index}`
    const { body: robot } = await apiOf(here.url).as(body.access_token).put(path, {}).expect(200)
    await apiOf(there.url).login(robot.name, robot.token).expect(200)
    const anew = await apiOf(there.url).as(body.access_token).post(`${path}/regenerate`).expect(201)
    await apiOf(here.url).login(robot.name, robot.token).expect(401)
    await apiOf(here.url).login(robot.name, anew.body.token).expect(200)
    return apiOf(two.url).as(body.access_token).get(path).expect(200)
  })
  const robots = (await Promise.all(work)).map((answer) => answer.body)
  const { rows: stored } = await admin.query<{ created_at: Date }>('SELECT created_at FROM robots')
  const shown = robots.map(({ created }) => Date.parse(created))
  const kept = stored.map(({ created_at: time }) => Number(time))
  expect(kept).toHaveLength(CLIENTS)
  for (const time of [...shown, ...kept]) {
    expect(time).toBeGreaterThan(before - 2_000)
    expect(time).toBeLessThan(Date.now() + 2_000)
  }
  await Promise.all(started.map(({ server }) => server.close()))
  expect(await preparedInPool()).toEqual([0, 0])
})

interface Started {
  server: RunningServer
  url: string
}

/** How many statements stayed behind in each of the pooler's connections. */
async function preparedInPool(): Promise<number[]> {
  const clients = [new pg.Client(pooler.url), new pg.Client(pooler.url)]
  const counts: number[] = []
  for (const client of clients) {
    await client.connect()
    await client.query('BEGIN') // keeps its connection, so that the next client gets the other
    const { rows } = await client.query('SELECT count(*)::int AS count FROM pg_prepared_statements')
    counts.push(rows[0].count)
  }
  await Promise.all(clients.map((client) => client.end()))
  return counts
}

test('a pooler in session mode needs no variable', async () => {
  await pooler.tell('SET pool_mode = session')
  await admin.query(`ALTER ROLE "${ROLE}" RESET ALL`)
  await pooler.tell('RECONNECT')
  expect(await quayRobots(env, ['keys', 'rotate'])).toMatchObject({ code: 0, stderr: '' })
})
