import { once } from 'node:events'
import { connect } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { apiOf } from '../helpers/api.ts'
import { holdRobots, logIn, sendAndWait } from '../helpers/held-requests.ts'
import { startService, type TestService } from '../helpers/service.ts'

const METRICS_TOKEN = 'token-of-prometheus'
/** A tenth of them is enough to be blamed. */
const MAX_REQUESTS = 20

let service: TestService

beforeAll(async () => {
  service = await startService({
    config: { maxRequests: MAX_REQUESTS, metricsToken: METRICS_TOKEN },
  })
})
afterAll(() => service.close())

/** Keeps this thread, which is the server's, busy. */
function block(milliseconds: number) {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

/** The status of a request that arrives while the event loop has come late to its timers three times in a row. */
async function askLate(): Promise<number> {
  const { hostname, port } = new URL(service.url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  for (let look = 0; look < 3; look++) {
    if (look === 2) socket.write('GET /api/v1/user/robots HTTP/1.1\r\nHost: x\r\n\r\n')
    block(800)
    if (look < 2) for (let turns = 0; turns < 3; turns++) await turn()
  }
  const [answer] = await once(socket, 'data')
  socket.destroy()
  return Number(String(answer).slice(9, 12))
}

const shed = async () => {
  const { text } = await apiOf(service.url).as(METRICS_TOKEN).get('/metrics').expect(200)
  return Number(/requests_shed_total\{reason="event_loop"\} (\d+)/.exec(text)?.[1])
}

/** What `askLate` is answered while so many requests are at work. */
async function askBeside(count: number): Promise<number> {
  const release = await holdRobots(service)
  const sockets = Array.from({ length: count }, () => sendAndWait(service, logIn('alice+bot', 'x')))
  while (service.app.inFlight() < count) await turn()
  const status = await askLate()
  expect(service.app.inFlight()).toBe(count)
  await release()
  for (const socket of sockets) socket.destroy()
  return status
}

it('a late event loop turns requests away once many are at work, and only then', async () => {
  expect([await askBeside(1), await shed()]).toEqual([401, 0])
  expect([await askBeside(MAX_REQUESTS / 10), await shed()]).toEqual([503, 1])
})
