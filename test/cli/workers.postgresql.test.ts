import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { engine } from '../db/engines.ts'
import { basic, bearer } from '../helpers/api.ts'
import { eventually } from '../helpers/eventually.ts'
import { type Issuer, keysPath, startIssuer } from '../helpers/issuer.ts'
import { countOf, METRICS_TOKEN } from '../helpers/metrics.ts'
import { send } from '../helpers/raw-http.ts'
import { TEST_SECRET_KEY } from '../helpers/service.ts'
import { killServers, type Server, serve } from './program.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 })

// The life of one server with two workers, which take turns with new connections.

let server: Server
let issuer: Issuer
let token: string
let databaseUrl: string
let drop: () => Promise<unknown>

beforeAll(async () => {
  issuer = await startIssuer()
  const empty = await engine.createEmpty()
  drop = empty.drop
  server = await serve({
    ...{ DATABASE_URL: empty.options.databaseUrl ?? '', WORKERS: '2' },
    SECRET_KEY: TEST_SECRET_KEY.toString('base64'),
    ...{ METRICS_TOKEN, USER_INITIALIZE: 'true', OIDC_ALLOWED_HOSTS: '127.0.0.1' },
    ...{ LOG_LEVEL: 'info', MAX_REQUESTS: '100', DATABASE_POOL_SIZE: '4' },
  })
  databaseUrl = empty.options.databaseUrl ?? ''
  await untilListening(2)
  const root = { username: 'root', password: 'password-of-root', email: 'root@example.com' }
  const made = await ask('POST', '/api/v1/user/initialize', {}, { ...root, access_token: true })
  token = (made.body as { access_token: string }).access_token
  await ask('PUT', '/api/v1/user/robots/ci', bearer(token), {})
  const entry = { issuer: issuer.issuer, subject: 'job' }
  await ask('POST', '/api/v1/user/robots/ci/federation', bearer(token), [entry])
})

afterAll(async () => {
  killServers()
  await drop()
  await issuer.close()
})

/** On a connection of its own. */
const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: object) =>
  send(server.url, {
    ...{ method, path },
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })

/** Until so many processes have said that they listen. */
const untilListening = (count: number) =>
  eventually(() => expect(server.printed().match(/Server listening at/g)).toHaveLength(count))

const workers = async () =>
  (await readFile(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8'))
    .trim()
    .split(' ')
    .map(Number)

const LIVE = 'quay_robots_http_requests_total{route="/live",method="GET",status="2xx"}'

test('metrics are those of all, whichever is asked', async () => {
  for (let n = 0; n < 6; n++) expect(await ask('GET', '/live')).toMatchObject({ status: 200 })
  for (let n = 0; n < 4; n++) expect(await countOf(server.url, LIVE)).toBe(6)
})

test('failed log-ins count for all', async () => {
  const logIn = () => ask('GET', '/v2/auth', basic('root+ci', 'wrong'))
  const statuses: number[] = []
  // As many as one account may have in a minute from one address.
  for (let n = 0; n < 60; n++) statuses.push((await logIn()).status)
  expect(new Set(statuses)).toEqual(new Set([401]))
  await eventually(async () => {
    expect([await logIn(), await logIn()].map(({ status }) => status)).toEqual([429, 429])
  })
})

test('the keys of an issuer are fetched once', async () => {
  const identityToken = await issuer.mint({ sub: 'job' })
  const exchange = () =>
    ask('GET', '/oauth2/federation/robot/token', basic('root+ci', identityToken))
  const answers = await Promise.all(Array.from({ length: 8 }, exchange))
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
  expect(issuer.requests.filter(({ url }) => url === keysPath)).toHaveLength(1)
})

test('an issuer that gives no keys keeps no process waiting for another', async () => {
  const gone = await startIssuer()
  const identityToken = await gone.mint({ sub: 'job' })
  await gone.close()
  const entry = { issuer: gone.issuer, subject: 'job' }
  await ask('POST', '/api/v1/user/robots/ci/federation', bearer(token), [entry])
  const exchange = () =>
    ask('GET', '/oauth2/federation/robot/token', basic('root+ci', identityToken))
  for (const { status, body } of await Promise.all(Array.from({ length: 4 }, exchange))) {
    expect([status, JSON.stringify(body)]).toEqual([503, expect.stringContaining('be reached')])
  }
})

test('limits of a server are those of all its processes together, and connections that break are told of', async () => {
  const others = new pg.Client(databaseUrl)
  await others.connect()
  await others.query('BEGIN; LOCK TABLE robots')
  const busy: unknown[] = []
  const asked = Array.from({ length: 150 }, async () => {
    const { body } = await ask('GET', '/api/v1/user/robots', bearer(token))
    if (JSON.stringify(body).includes('too much to do')) busy.push(body)
  })
  await eventually(() => expect(busy.length).toBeGreaterThanOrEqual(50))
  const CONNECTIONS = `FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`
  const { rows } = await others.query(`SELECT count(*)::int ${CONNECTIONS}`)
  expect(rows[0].count).toBeGreaterThan(2)
  expect(rows[0].count).toBeLessThanOrEqual(4)
  await others.query('COMMIT')
  await Promise.all(asked)
  const cut = await others.query(`SELECT pg_terminate_backend(pid) ${CONNECTIONS}`)
  await others.end()
  // Until then a process may not know yet that one of its connections is no good.
  const told = () => server.printed().split('a database connection broke').length - 1
  await eventually(() => expect(told()).toBe(cut.rowCount))
  expect(await ask('GET', '/api/v1/user/robots', bearer(token))).toMatchObject({ status: 200 })
})

test('one that dies is replaced, and the others serve meanwhile', async () => {
  const [first = 0, second] = await workers()
  process.kill(first, 'SIGKILL')
  await eventually(async () => expect(await workers()).not.toContain(first))
  for (let n = 0; n < 4; n++) expect(await ask('GET', '/live')).toMatchObject({ status: 200 })
  await untilListening(3)
  expect(await workers()).toHaveLength(2)
  expect(await workers()).toContain(second)
  expect(server.printed()).toContain('a worker ended; another one takes its place')
  // What the dead one had counted when it was asked last is still counted. Nobody waits for what it would answer.
  const begin = performance.now()
  expect(await countOf(server.url, LIVE)).toBeGreaterThanOrEqual(10)
  expect(performance.now() - begin).toBeLessThan(900)
})

test('SIGTERM ends all, once the requests at work are answered', async () => {
  const body = JSON.stringify({ username: 'late', password: 'too-late-for-it', email: 'a@b.co' })
  const open = async () => {
    const socket = connect(Number(server.port), '127.0.0.1')
    let answer = ''
    socket.on('data', (data) => {
      answer += data
    })
    socket.write(
      'POST /api/v1/user/initialize HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n' +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    )
    const closed = once(socket, 'close')
    await once(socket, 'data') // 100 Continue: the request has begun
    return { socket, closed, read: () => answer }
  }
  const requests = [await open(), await open()]
  const pids = await workers()
  server.signal('SIGTERM')
  // A connection that comes as the last worker stops listening may be refused only once all have ended (node:cluster).
  const served = () => Promise.race([ask('GET', '/live').catch(() => 0), setTimeout(1000, 0)])
  await eventually(async () => expect(await served()).toBe(0))
  for (const { socket } of requests) socket.write(body)
  await Promise.all(requests.map(({ closed }) => closed))
  for (const { read } of requests) expect(read()).toContain('Cannot initialize user')
  expect(await server.outcome).toMatchObject({ code: 0, stderr: '' })
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})
