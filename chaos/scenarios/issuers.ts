import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { createClient, initialize, percentile } from '../lib/client.ts'
import { keepDoing } from '../lib/load.ts'
import type { OutcomeBuilder } from '../lib/report.ts'
import { type Env, startServer } from '../lib/server.ts'

const HOSTILE = 30
const CALLERS = 150
/** Who waits in one queue with the callers of hostile issuers waits longer; it takes 0.1 s (ms). */
const UNDISTURBED = 3_000

type Issuer = Awaited<ReturnType<typeof startIssuer>>

/** Issuers that keep everybody waiting, half of them at the host of a good one: it notices nothing. */
export async function hostileIssuers(env: Env, outcome: OutcomeBuilder) {
  const server = await startServer(env)
  const token = await initialize(server.url)
  const good = await startIssuer()
  const hostile = await Promise.all(
    Array.from({ length: HOSTILE }, (_, n) => startIssuer(n % 2 ? `${good.url}/slow` : 'silent')),
  )
  const admin = createClient(server.url, { token })
  const trust = async (name: string, { url }: Issuer) => {
    const path = `/api/v1/organization/acme/robots/${name}`
    const { body } = await admin.call('PUT', path)
    await admin.call('POST', `${path}/federation`, { body: [{ issuer: url, subject: 'job' }] })
    return body.token as string
  }
  const robotToken = await trust('good', good)
  for (const [n, issuer] of hostile.entries()) await trust(`hostile_${n}`, issuer)

  const crowd = createClient(server.url, { connections: CALLERS })
  const exchange = async (client: typeof crowd, name: string, issuer: Issuer) =>
    client.call('GET', '/oauth2/federation/robot/token', {
      authorization: `Basic ${Buffer.from(`acme+${name}:${await issuer.mint()}`).toString('base64')}`,
    })
  let turn = 0
  const stop = keepDoing(() => {
    turn = (turn + 1) % HOSTILE
    return exchange(crowd, `hostile_${turn}`, hostile[turn] as Issuer)
  }, CALLERS)
  const logins: number[] = []
  const startedAt = performance.now()
  let first = 0
  while (performance.now() - startedAt < 4_000) {
    const login = await admin.login('acme+good', robotToken)
    outcome.promise(`a log-in was answered ${login.status}`, login.status === 200)
    logins.push(login.ms)
    if (logins.length !== 3) continue
    const answer = await exchange(admin, 'good', good)
    first = answer.ms
    outcome.promise(
      `the good issuer's exchange was answered ${answer.status}`,
      answer.status === 200,
    )
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
    `${HOSTILE} hostile issuers, ${refused.length} exchanges with them, none above ${slowest} ms`,
  )
  outcome.saw(`first exchange with a good one ${first} ms, log-ins p99 ${p99} ms`)
  for (const client of [admin, crowd]) await client.close()
  await server.stop()
  for (const issuer of [good, ...hostile]) issuer.close()
}

/** An issuer that answers, never answers (`silent`), or sends all to another address. */
async function startIssuer(behaviour?: string) {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one' }
  const server: Server = createServer((request, response) => {
    if (behaviour === 'silent' || request.url === '/slow') return
    if (behaviour) response.writeHead(302, { location: behaviour }).end()
    else if (request.url === '/keys') response.end(JSON.stringify({ keys: [jwk] }))
    else response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    mint: () =>
      new SignJWT({ sub: 'job', iss: url })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(privateKey),
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
