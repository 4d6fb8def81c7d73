import { setTimeout as sleep } from 'node:timers/promises'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { startIssuer } from '../../test/helpers/issuer.ts'
import { startBalancer } from '../lib/balancer.ts'
import { type Client, createClient, initialize } from '../lib/client.ts'
import type { DatabaseServer } from '../lib/database.ts'
import { keepDoing } from '../lib/load.ts'
import type { OutcomeBuilder } from '../lib/report.ts'
import { runCommand, type Server, startServer } from '../lib/server.ts'

const ROBOTS = '/api/v1/organization/acme/robots'
const SERVERS = 3
const RACERS = 20

/** Several servers on one database behave as one. */
export async function runReplicas(
  cluster: DatabaseServer,
  outcome: OutcomeBuilder,
  rounds: number,
  untilNewKeySigns: boolean,
) {
  const DATABASE_URL = await cluster.createDatabase('replicas')
  const servers = await Promise.all(
    Array.from({ length: SERVERS }, () => startServer({ DATABASE_URL })),
  )
  await migratedOnce(cluster, outcome)
  const token = await initialize((servers[0] as Server).url)
  const clients = servers.map(({ url }) => createClient(url, { token }))

  await seenAtOnce(clients, outcome, rounds)
  await revokedAtOnce(clients, outcome)
  await oneOfMany(clients, outcome, rounds)
  await rotate(servers, clients, { DATABASE_URL }, outcome, untilNewKeySigns)

  for (const client of clients) await client.close()
  const codes = await Promise.all(servers.map((server) => server.stop()))
  outcome.promise(
    `the servers ended with ${codes}`,
    codes.every((code) => code === 0),
  )
}

async function migratedOnce(cluster: DatabaseServer, outcome: OutcomeBuilder) {
  const rows = await cluster.query(
    'SELECT migration_name AS name, applied_steps_count AS steps FROM _prisma_migrations',
    'replicas',
  )
  const names = new Set(rows.map(({ name }) => name))
  outcome.promise('a migration was applied twice', names.size === rows.length)
  outcome.promise(
    'a migration was not applied once',
    rows.every(({ steps }) => steps === 1),
  )
  outcome.saw(
    `${SERVERS} servers started at once on an empty database, ${rows.length} migrations applied once`,
  )
}

/** What one server has answered holds at every other one from then on. */
async function seenAtOnce(clients: Client[], outcome: OutcomeBuilder, rounds: number) {
  const expect = async (what: string, login: ReturnType<Client['login']>, status: number) => {
    const answer = await login
    outcome.promise(`${what}: another server answered ${answer.status}`, answer.status === status)
  }
  for (let n = 0; n < rounds; n++) {
    const [one, other] = [clients[n % SERVERS] as Client, clients[(n + 1) % SERVERS] as Client]
    const robot = `acme+shared_${n}`
    const path = `${ROBOTS}/shared_${n}`
    const created = await one.call('PUT', path)
    await expect('a new robot', other.login(robot, created.body.token), 200)
    const regenerated = await one.call('POST', `${path}/regenerate`)
    await expect('a replaced token', other.login(robot, created.body.token), 401)
    await expect('a new token', other.login(robot, regenerated.body.token), 200)
    await one.call('DELETE', path)
    await expect('a deleted robot', other.login(robot, regenerated.body.token), 401)
  }
  outcome.saw(
    `${rounds} robots created, regenerated and deleted at one server, seen by another at once`,
  )
}

/** Short-lived tokens, and whoever is disabled. */
async function revokedAtOnce(clients: Client[], outcome: OutcomeBuilder) {
  const [one, other] = clients as [Client, Client]
  const expect = ({ status }: { status: number }, what: string, wanted: number) =>
    outcome.promise(`${what}: another server answered ${status}`, status === wanted)
  const issuer = await startIssuer()
  const path = `${ROBOTS}/federated`
  await one.call('PUT', path)
  const federate = () =>
    one.call('POST', `${path}/federation`, { body: [{ issuer: issuer.issuer, subject: 'job' }] })
  const end: Record<string, () => Promise<unknown>> = {
    'of a federation that was removed': () => one.call('DELETE', `${path}/federation`),
    'of a robot that was regenerated': () => one.call('POST', `${path}/regenerate`),
  }
  for (const [what, revoke] of Object.entries(end)) {
    await federate()
    const { body } = await one.call('GET', '/oauth2/federation/robot/token', {
      authorization: `Basic ${btoa(`acme+federated:${await issuer.mint({ sub: 'job' })}`)}`,
    })
    expect(await other.login('acme+federated', body.token), 'a short-lived token', 200)
    await revoke()
    expect(await other.login('acme+federated', body.token), `a short-lived token ${what}`, 401)
  }
  await issuer.close()

  const created = await one.call('POST', '/api/v1/superuser/users/', {
    body: { username: 'carol', email: 'carol@example.com' },
  })
  const logIn = () => other.login('carol', created.body.password)
  const enable = (enabled: boolean) =>
    one.call('PUT', '/api/v1/superuser/users/carol', { body: { enabled } })
  expect(await logIn(), 'a user', 200)
  await enable(false)
  expect(await logIn(), 'a disabled user', 401)
  await enable(true)
  expect(await logIn(), 'a user who was enabled again', 200)
  outcome.saw('short-lived tokens and users revoked at one server, seen by another at once')
}

async function oneOfMany(clients: Client[], outcome: OutcomeBuilder, rounds: number) {
  for (let n = 0; n < rounds / 5; n++) {
    const path = `${ROBOTS}/raced_${n}`
    await (clients[0] as Client).call('PUT', path)
    const answers = await Promise.all(
      Array.from({ length: RACERS }, (_, racer) =>
        (clients[racer % SERVERS] as Client).call('POST', `${path}/regenerate`),
      ),
    )
    const tokens = answers.filter(({ status }) => status === 201).map(({ body }) => body.token)
    const logins = await Promise.all(
      tokens.map((token, index) =>
        (clients[index % SERVERS] as Client).login(`acme+raced_${n}`, token),
      ),
    )
    const valid = logins.filter(({ status }) => status === 200).length
    outcome.promise(`${tokens.length} tokens of a race, of which ${valid} are valid`, valid === 1)
    outcome.promise('a racer was refused', tokens.length === RACERS)
  }
  outcome.saw(`${RACERS} callers regenerate a robot at once: one token is valid`)
}

/** Verifiers that fetch the keys as `jose` does, while tokens are issued and the key changes. */
async function rotate(
  servers: Server[],
  clients: Client[],
  env: { DATABASE_URL: string },
  outcome: OutcomeBuilder,
  untilNewKeySigns: boolean,
) {
  const balancer = await startBalancer(servers.map(({ url }) => url))
  const keys = createRemoteJWKSet(new URL(`${balancer.url}/.well-known/jwks.json`))
  const { body: robot } = await (clients[0] as Client).call('PUT', `${ROBOTS}/signed`)
  const through = createClient(balancer.url)
  const kids = new Set<string>()
  let verified = 0
  const stop = keepDoing(async () => {
    const { status, body } = await through.login('acme+signed', robot.token)
    outcome.promise(`a log-in during the rotation was answered ${status}`, status === 200)
    if (status !== 200) return
    try {
      const { protectedHeader } = await jwtVerify(body.token, keys)
      kids.add(String(protectedHeader.kid))
      verified += 1
    } catch (error) {
      outcome.promise(`a token could not be verified: ${error}`, false)
    }
  }, 4)
  await runCommand(['keys', 'rotate'], env)
  for (const server of servers) {
    const published = await untilPublished(server, 2)
    outcome.promise(`${published} keys are published`, published === 2)
  }
  // A new key is published for two minutes before it signs.
  await (untilNewKeySigns ? untilSignedBy(2, kids) : sleep(1_000))
  await stop()
  await through.close()
  balancer.close()
  const expected = untilNewKeySigns ? 2 : 1
  outcome.promise(`tokens were signed by ${kids.size} keys`, kids.size === expected)
  outcome.saw(`${verified} tokens verified while the signing key changed, none failed`)
}

/** How many keys a server publishes, once there are so many; servers hear of a new one within half a minute. */
async function untilPublished({ url }: Server, count: number) {
  const deadline = performance.now() + 65_000
  for (;;) {
    const response = await fetch(`${url}/.well-known/jwks.json`)
    const { keys } = (await response.json()) as { keys: unknown[] }
    if (keys.length >= count || performance.now() > deadline) return keys.length
    await sleep(100)
  }
}

/** Goes on for some seconds more, as verifiers do. */
async function untilSignedBy(count: number, kids: Set<string>) {
  const deadline = performance.now() + 200_000
  while (kids.size < count && performance.now() < deadline) {
    await sleep(50)
  }
  await sleep(5_000)
}
