import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, createClient, initialize, percentile } from '../lib/client.ts'
import { keepDoing } from '../lib/load.ts'
import type { OutcomeBuilder } from '../lib/report.ts'
import { type Env, startServer } from '../lib/server.ts'

/** Places that the server gives, and callers that want one. */
const PLACES = 50
const CALLERS = 300
/** What callers wait who were refused: a tenth of what they were told (ms). */
const PATIENCE = 100

/** Longest times, on a machine with other work: to a refusal, which takes some ms, and to what is asked for (ms). */
const AT_ONCE = 1_000
const SERVED = 5_000

/** Six times as many callers as places: who gets one is served in time, the others learn at once. */
export async function overload(env: Env, outcome: OutcomeBuilder, seconds: number) {
  const server = await startServer({ ...env, MAX_REQUESTS: String(PLACES) })
  const token = await initialize(server.url)
  const admin = createClient(server.url, { token })
  const { body: robot } = await admin.call('PUT', '/api/v1/organization/acme/robots/busy')
  const crowd = createClient(server.url, { connections: CALLERS })
  const probe = createClient(server.url, { connections: 1 })

  await probe.get('/live')
  const { stop, allArrived } = startCrowd(() => crowd.login('acme+busy', robot.token))
  const stopProbe = keepDoing(async () => {
    await probe.get('/live')
    await sleep(50)
  }, 1)
  await allArrived
  const begin = performance.now()
  for (const client of [crowd, probe]) client.takeAnswers()
  await sleep(seconds * 1000)
  const memory = await server.memory()
  // Who came while there were many new connections may still have waited for that.
  const answers = crowd.takeAnswers().filter(({ startedAt }) => startedAt >= begin)
  await stopProbe()
  await stop()

  const accepted = answers.filter(({ status }) => status === 200)
  const refused = answers.filter(({ status }) => status !== 200)
  for (const { status, retryAfter } of refused) {
    outcome.promise(`a request was answered ${status}`, status === 503)
    outcome.promise('503 without Retry-After', retryAfter !== undefined)
  }
  const [fine, late] = [p99(accepted), p99(refused)]
  const probes = probe.takeAnswers()
  outcome.promise('nobody was served', accepted.length > 0)
  outcome.promise('nobody was refused', refused.length > 0)
  outcome.promise(`refusals took ${late} ms`, late < AT_ONCE)
  outcome.promise(`accepted requests took ${fine} ms`, fine < SERVED)
  outcome.promise(
    '/live did not answer',
    probes.length > 0 && probes.every(({ status }) => status === 200),
  )
  outcome.promise(`/live took ${p99(probes)} ms`, p99(probes) < SERVED)
  await hangUp(server.port, `acme+busy:${robot.token}`)
  for (let n = 0; n < 10; n++) {
    const after = await admin.get('/api/v1/organization/acme/robots')
    outcome.promise(`afterwards a request was answered ${after.status}`, after.status === 200)
  }
  for (const client of [admin, crowd, probe]) await client.close()
  await server.stop()
  outcome.saw(
    `${CALLERS} callers for ${PLACES} places: ${rate(accepted, seconds)} served a second, p99 ${fine} ms`,
  )
  outcome.saw(
    `${rate(refused, seconds)} refused a second, p99 ${late} ms; /live p99 ${p99(probes)} ms; ${memory} MB`,
  )
}

/** More callers than there are places, who do not wait for their answers: they leave their places to others. */
async function hangUp(port: string, credentials: string) {
  const head = `GET /v2/auth?scope=repository:acme/web:pull HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic ${btoa(credentials)}\r\n\r\n`
  for (let n = 0; n < 4 * PLACES; n++) {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => {})
    await new Promise((sent) => socket.write(head, sent))
    await sleep(n % 4)
    socket.destroy()
  }
}

const p99 = (answers: Answer[]) =>
  percentile(
    answers.map(({ ms }) => ms),
    0.99,
  )
const rate = (answers: Answer[], seconds: number) => Math.round(answers.length / seconds)

/** Callers who come again at once when they were served, and soon when they were refused. */
function startCrowd(call: () => Promise<Answer>) {
  let stopped = false
  let arrived = 0
  let tellAll = () => {}
  /** Everybody has a connection: a server takes few new ones at a time. */
  const allArrived = new Promise<void>((resolve) => {
    tellAll = resolve
  })
  const callers = Array.from({ length: CALLERS }, async (_, n) => {
    await sleep(5 * n)
    for (let calls = 1; !stopped; calls++) {
      const { status } = await call()
      if (calls === 1) arrived += 1
      if (arrived === CALLERS) tellAll()
      if (status !== 200) await sleep(PATIENCE)
    }
  })
  return {
    allArrived,
    async stop() {
      stopped = true
      await Promise.all(callers)
    },
  }
}
