import { once } from 'node:events'
import { connect } from 'node:net'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { apiOf } from '../helpers/api.ts'
import { eventually } from '../helpers/eventually.ts'
import { holdRobots } from '../helpers/held-requests.ts'
import { startService, type TestService } from '../helpers/service.ts'

const METRICS_TOKEN = 'token-of-prometheus'

let log = ''
const sink = () =>
  new Writable({
    write: (chunk, _, done) => {
      log += chunk
      done()
    },
  })
const lines = () =>
  log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

let service: TestService
let proxied: TestService
let impatient: TestService

beforeAll(async () => {
  service = await startService({ config: { metricsToken: METRICS_TOKEN }, log: sink() })
  const { database } = service
  const config = { trustedProxies: ['127.0.0.1'], metricsToken: METRICS_TOKEN }
  proxied = await startService({ database, config, log: sink() })
  impatient = await startService({ database, log: sink(), timeouts: { workTimeoutMs: 50 } })
})
afterAll(async () => {
  await impatient.close()
  await proxied.close()
  await service.close()
})

const FORM = 'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 20\r\n\r\n'
const BODY = 'grant_type=password&'
const REQUESTS = [
  'GET /v2/auth HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YTpi\r\n\r\n',
  `POST /v2/auth HTTP/1.1\r\nHost: x\r\n${FORM}${BODY}`,
  'GET /oauth2/federation/robot/token HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YSthOmI=\r\n\r\n',
  `POST /oauth2/federation/robot/introspect HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YSthOmI=\r\n${FORM}${BODY}`,
  `POST /oauth/token HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YTpi\r\n${FORM}${BODY}`,
  'GET /api/v1/user/robots HTTP/1.1\r\nHost: x\r\n\r\n',
]

/** Sends a request and resets the connection, without a look at the answer. */
async function sendAndReset(url: string, bytes: string) {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  // The server has the connection by now; what comes next are the request and the reset, at once.
  await new Promise((resolve) => setTimeout(resolve, 20))
  socket.write(bytes)
  socket.resetAndDestroy()
}

it('a request whose connection was reset is no error of the server, and its line has the address', async () => {
  for (const { url } of [service, proxied]) {
    log = ''
    for (const bytes of REQUESTS) await sendAndReset(url, bytes)
    await eventually(() => {
      const requests = lines().filter(({ msg }) => msg === 'request')
      expect(requests.length).toBe(REQUESTS.length)
      expect(requests.map(({ ip }) => ip)).toEqual(REQUESTS.map(() => '127.0.0.1'))
    })
    expect(lines().filter(({ level }) => (level as number) >= 50)).toEqual([])
    const { text } = await apiOf(url).as(METRICS_TOKEN).get('/metrics').expect(200)
    expect(text).not.toMatch(/quay_robots_http_requests_total\{.*status="5xx"/)
  }
})

it('what fails after its request was answered is a warning that names the request', async () => {
  const release = await holdRobots(service)
  log = ''
  const answer = await apiOf(impatient.url).login('alice+ci', 'x').set('x-request-id', 'late-one-1')
  expect(answer.status).toBe(503)
  await release()
  while (impatient.app.inFlight() > 0) await new Promise((resolve) => setTimeout(resolve, 5))
  await eventually(() => {
    const late = lines().filter(({ msg }) => `${msg}`.includes('after it was answered'))
    expect(late).toEqual([expect.objectContaining({ level: 40, reqId: 'late-one-1' })])
  })
  expect(lines().filter(({ level }) => (level as number) >= 50)).toEqual([])
})
