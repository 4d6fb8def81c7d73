import { once } from 'node:events'
import { connect } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLagWatch } from '../../src/plugins/event-loop.ts'
import { type Api, apiOf, basic, shapeA } from '../helpers/api.ts'
import { exchangeOf } from '../helpers/federation.ts'
import { holdRobots, logIn, sendAndWait } from '../helpers/held-requests.ts'
import { countOf, METRICS_TOKEN } from '../helpers/metrics.ts'
import { startService, type TestService } from '../helpers/service.ts'

const MAX_REQUESTS = 10

let service: TestService
let impatient: TestService
let api: Api

beforeAll(async () => {
  const config = { maxRequests: MAX_REQUESTS, metricsToken: METRICS_TOKEN }
  service = await startService({ config })
  impatient = await startService({
    database: service.database,
    timeouts: { workTimeoutMs: 50 },
  })
  api = apiOf(service.url)
})

afterAll(async () => {
  await impatient.close()
  await service.close()
})

async function untilAtWork(count: number, of = service) {
  while (of.app.inFlight() !== count) await turn()
}

const shed = (reason: string) =>
  countOf(service.url, `quay_robots_requests_shed_total{reason="${reason}"}`)

const TOO_MUCH = 'The server has too much to do'

describe('a server with as many requests at work as it may have', () => {
  it('turns others away at once, in the words of each protocol, but says how it is', async () => {
    const release = await holdRobots(service)
    const waiting = Array.from({ length: MAX_REQUESTS }, () => api.login('alice+bot', 'x').then())
    await untilAtWork(MAX_REQUESTS)

    const answers = [
      [
        await api.as().get('/api/v1/user/robots'),
        shapeA(service.url, 503, 'unavailable', TOO_MUCH),
      ],
      [
        await api.login('alice+bot', 'x'),
        { errors: [{ code: 'UNAVAILABLE', detail: {}, message: TOO_MUCH }] },
      ],
      [await exchangeOf(service.url).call(basic('alice+bot', 'x')), { error: TOO_MUCH }],
    ] as const
    for (const [{ status, body, headers }, error] of answers) {
      expect([status, body, headers['retry-after']]).toEqual([503, error, '1'])
    }
    await api.as().get('/live').expect(200)
    expect(await shed('in_flight')).toBe(answers.length)
    expect(await shed('bodies')).toBe(0)

    await release()
    const statuses = (await Promise.all(waiting)).map(({ status }) => status)
    expect(statuses).toEqual(Array(MAX_REQUESTS).fill(401))
    await untilAtWork(0)
    await api.login('alice+bot', 'x').expect(401)
  })

  it('gives the places of those who hang up to others, once their work is done', async () => {
    const release = await holdRobots(service)
    const sockets = Array.from({ length: MAX_REQUESTS }, () =>
      sendAndWait(service, logIn('alice+bot', 'x')),
    )
    await untilAtWork(MAX_REQUESTS)
    for (const socket of sockets) socket.destroy()
    await api.as().get('/api/v1/user/robots').expect(503)
    await release()
    await untilAtWork(0)
    await api.login('alice+bot', 'x').expect(401)
  })

  it('does not count those whose body is still on its way', async () => {
    const { hostname, port } = new URL(service.url)
    const sockets = Array.from({ length: 2 * MAX_REQUESTS }, () => {
      const socket = connect(Number(port), hostname)
      socket.write(
        'POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n' +
          'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\n',
      )
      return socket
    })
    for (const socket of sockets) await once(socket, 'data') // 100 Continue
    await untilAtWork(0)
    await api.login('alice+bot', 'x').expect(401)
    for (const socket of sockets) socket.destroy()
  })
})

describe('a request that is at work for too long', () => {
  it('is answered 503 in the words of its protocol, and leaves nothing behind', async () => {
    const release = await holdRobots(service)
    const { login } = apiOf(impatient.url)
    const words = 'The answer took too long'
    const { status, body, headers } = await login('alice+bot', 'x')
    expect([status, body]).toEqual([
      503,
      { errors: [{ code: 'UNAVAILABLE', detail: {}, message: words }] },
    ])
    expect(headers['retry-after']).toBe('1')
    const exchange = await exchangeOf(impatient.url).call(basic('alice+bot', 'x'))
    expect([exchange.status, exchange.body]).toEqual([503, { error: words }])
    await release()
    await untilAtWork(0, impatient)
    await api.login('alice+bot', 'x').expect(401)
  })
})

describe('a caller who takes no answer', () => {
  it('holds nobody up, and is hung up on', async () => {
    const { database } = service
    const other = await startService({ database, timeouts: { silenceTimeoutMs: 3_000 } })
    const sockets = Array.from({ length: 2 * MAX_REQUESTS }, () => sendAndWait(other, LARGE))
    await Promise.all(sockets.map((socket) => once(socket, 'readable')))
    expect(await connectionsOf(other)).toBe(sockets.length)
    await untilAtWork(0, other)
    await apiOf(other.url).login('alice+bot', 'x').expect(401)
    while ((await connectionsOf(other)) > 0) await turn()
    for (const socket of sockets) socket.destroy()
    await other.close()
  })
})

/** Asks for more than the buffers of a connection hold, which is some megabytes on loopback. */
const LARGE = 'GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(10)

const connectionsOf = ({ app }: TestService) =>
  promisify(app.server.getConnections.bind(app.server))()

describe('the event loop', () => {
  it('is late when it keeps coming late, not after one long task', () => {
    let now = 0
    const watch = createLagWatch(100, () => now)
    const look = (after: number) => {
      now += after
      watch.look()
      return watch.isLate()
    }
    expect([250, 5000, 250, 351, 351].map(look)).not.toContain(true)
    expect(look(351)).toBe(true)
    expect(look(350)).toBe(false)
    // What came late before that is forgotten, however much it was.
    expect([351, 351, 250].map(look)).not.toContain(true)
    expect([351, 351, 351, 351, 351].map(look).at(-1)).toBe(true)
    expect([250, 351, 351].map(look)).not.toContain(true)
  })
})
