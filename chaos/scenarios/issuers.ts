import {
  discoveryPath,
  type Issuer,
  redirectTo,
  silence,
  startIssuer,
} from '../../test/helpers/issuer.ts'
import { type Client, createClient, initialize, percentile } from '../lib/client.ts'
import { keepDoing } from '../lib/load.ts'
import type { OutcomeBuilder } from '../lib/report.ts'
import { type Env, startServer } from '../lib/server.ts'

/** More than may wait for issuers at a time, and of more issuers (half of MAX_REQUESTS). */
const CALLERS = 400
const HOSTILE = 60
/** More than are remembered: 500, and those that can be asked at a time. Nobody listens at their address. */
const MADE_UP = 1_000
/** Longest time of what takes 0.1 s undisturbed, on a machine with other work (ms). */
const UNDISTURBED = 2_000

/** Issuers that keep everybody waiting, half of them at the host of a good one: it notices nothing. */
export async function hostileIssuers(env: Env, outcome: OutcomeBuilder) {
  const server = await startServer(env)
  const token = await initialize(server.url)
  const good = await startIssuer()
  good.answer('/slow', silence)
  const hostile = await Promise.all(Array.from({ length: HOSTILE }, () => startIssuer()))
  for (const [n, { answer }] of hostile.entries()) {
    answer(discoveryPath, n % 2 ? redirectTo(`${good.issuer}/slow`) : silence)
  }
  const admin = createClient(server.url, { token, address: '192.0.2.1' })
  const crowd = createClient(server.url, { connections: CALLERS, address: '203.0.113.66' })
  const trust = async (name: string, issuers: string[]) => {
    const path = `/api/v1/organization/acme/robots/${name}`
    const { body } = await admin.call('PUT', path)
    const entries = issuers.map((issuer) => ({ issuer, subject: 'job' }))
    const { status } = await admin.call('POST', `${path}/federation`, { body: entries })
    outcome.promise(`trust was answered ${status}`, status === 201)
    return body.token as string
  }
  const robotToken = await trust('good', [good.issuer])
  for (const [n, { issuer }] of hostile.entries()) await trust(`hostile_${n}`, [issuer])

  let turn = 0
  const stop = keepDoing(() => {
    turn = (turn + 1) % HOSTILE
    return exchange(crowd, `hostile_${turn}`, hostile[turn] as Issuer)
  }, CALLERS)
  const logins: number[] = []
  const startedAt = performance.now()
  let first = 0
  while (performance.now() - startedAt < 6_000) {
    const login = await admin.login('acme+good', robotToken)
    outcome.promise(`a log-in was answered ${login.status}`, login.status === 200)
    logins.push(login.ms)
    if (first > 0 || performance.now() - startedAt < 2_000) continue
    const answer = await exchange(admin, 'good', good)
    first = answer.ms
    outcome.promise(`the good issuer was answered ${answer.status}`, answer.status === 200)
  }
  await stop()
  const refused = crowd.takeAnswers()
  const slowest = Math.max(...refused.map(({ ms }) => ms))
  const p99 = percentile(logins, 0.99)
  outcome.promise(`the first exchange with a good issuer took ${first} ms`, first < UNDISTURBED)
  outcome.promise(`log-ins took ${p99} ms`, p99 < UNDISTURBED)
  outcome.promise(
    'an exchange with a hostile issuer was answered otherwise than 503',
    refused.every(({ status }) => status === 503),
  )
  outcome.saw(
    `${HOSTILE} hostile issuers, ${CALLERS} callers, ${refused.length} exchanges, none above ${slowest} ms`,
  )
  outcome.saw(`first exchange with a good one ${first} ms, log-ins p99 ${p99} ms`)

  await good.close()
  for (const status of await flood(crowd, trust, hostile[0] as Issuer)) {
    outcome.promise(`a made-up issuer was answered ${status}`, [401, 503].includes(status))
  }
  const known = await exchange(admin, 'good', good)
  outcome.promise(`the known issuer was answered ${known.status}`, known.status === 200)
  outcome.saw(`${MADE_UP} made-up issuers pushed the good one’s keys out of no memory`)
  for (const client of [admin, crowd]) await client.close()
  await server.stop()
  for (const issuer of hostile) await issuer.close()
}

const exchange = async (client: Client, name: string, issuer: Issuer) =>
  client.call('GET', '/oauth2/federation/robot/token', {
    authorization: `Basic ${Buffer.from(`acme+${name}:${await issuer.mint({ sub: 'job' })}`).toString('base64')}`,
  })

/**
 * Asks for the keys of issuers that there are not, of which robots may name two hundred each.
 *
 * @returns the statuses of the answers
 */
async function flood(
  crowd: Client,
  trust: (name: string, issuers: string[]) => Promise<unknown>,
  { mint }: Issuer,
) {
  const statuses = new Set<number>()
  const issuers = Array.from({ length: MADE_UP }, (_, n) => `https://127.0.0.1:1/${n}`)
  for (let n = 0; n * 200 < MADE_UP; n++) {
    const own = issuers.slice(n * 200, (n + 1) * 200)
    await trust(`flood_${n}`, own)
    for (const [index, issuer] of own.entries()) {
      const credentials = `acme+flood_${n}:${await mint({ iss: issuer, sub: 'job' })}`
      const { status } = await crowd.call('GET', '/oauth2/federation/robot/token', {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
        // From anywhere: nobody may send this many wrong tokens.
        from: `198.51.100.${index}`,
      })
      statuses.add(status)
    }
  }
  return statuses
}
