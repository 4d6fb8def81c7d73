import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { createShiftedClock } from '../helpers/clock.ts'
import { exchangeOf, issuersWith, storeEntry } from '../helpers/federation.ts'
import { countQueries } from '../helpers/queries.ts'
import { createMint, createSigningKey } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// What needs attention: counted, and listed by the query beside.

const ISSUER = 'https://ci.example'
/** Nobody knows its name. */
const GONE = 'https://gone.example'
const DAY = 86_400
const ACME = '/api/v1/organization/acme'
const CALM = '/api/v1/organization/calm'
const USER = '/api/v1/user'
const OWNERS = [
  ['acme', ACME],
  ['alice', USER],
] as const

const time = createShiftedClock()
let stage: Stage
let alice: Client
let root: Client

const at = (days: number) => new Date(time.clock().getTime() + days * DAY * 1000).toISOString()

beforeAll(async () => {
  const key = await createSigningKey('ES256', 'k1')
  const mint = createMint(ISSUER, key)
  stage = await startStage({
    config: { issuers: issuersWith(key, ISSUER), trustedProxies: ['127.0.0.1'] },
    surroundings: {
      clock: time.clock,
      issuerNetwork: {
        lookup: () => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' })),
      },
    },
  })
  await stage.people('alice', 'member')
  await stage.superusers('root')
  await stage.organization('acme')
  await stage.organization('calm')
  await stage.team('acme', { name: 'devs', role: 'member', members: ['member'] })
  for (const [owner] of OWNERS) await stage.robot(`${owner}+unused`)
  time.pass(91 * DAY)
  alice = await stage.client('alice', 'org:admin', 'user:admin')
  root = await stage.client('root', 'super:user')
  for (const [owner, path] of OWNERS) {
    await makeRobots(owner, path)
    const entry = { issuer: ISSUER, subject: 'job', audiences: ['us'] }
    await stage.robot(`${owner}+federated`, [entry])
    const iat = Math.floor(time.clock().getTime() / 1000)
    const token = await mint({ sub: 'job', aud: 'us', iat, exp: iat + 300 })
    const got = await exchangeOf(stage.url).basic(`${owner}+federated`, token).expect(200)
    await stage.api.login(`${owner}+federated`, got.body.token).expect(200)
    const lost = await mint({ iss: GONE, sub: 'job', aud: 'us', iat, exp: iat + 300 })
    for (let n = 0; n < 3; n++) {
      await exchangeOf(stage.url).basic(`${owner}+any`, lost).expect(503)
    }
  }
  // Of no robot: it counts, and is not named.
  await stage.api.login('alice', 'wrong').expect(401)
  await stage.services.settled()
})
afterAll(() => stage.close())

async function makeRobots(owner: string, path: string) {
  const robots = `${path}/robots`
  const secrets: Record<string, string> = {}
  for (const name of ['fine', 'expiring', 'later', 'any', 'failing']) {
    secrets[name] = await stage.robot(`${owner}+${name}`)
  }
  await alice.post(`${robots}/failing/regenerate?expires_in=13d&grace=15d`)
  await alice.post(`${robots}/fine/regenerate?expires_in=15d&grace=15d`)
  await alice.patch(`${robots}/expiring`, { expires_at: at(13) }).expect(200)
  await alice.patch(`${robots}/later`, { expires_at: at(15) }).expect(200)
  await storeEntry(stage.db, `${owner}+any`, { issuer: GONE, subject: 'job' })
  for (const [name, secret] of Object.entries(secrets)) {
    await stage.api.login(`${owner}+${name}`, secret).expect(200)
  }
  for (const name of ['failing', 'failing', 'fine']) {
    await stage.api.login(`${owner}+${name}`, 'wrong').expect(401)
  }
}

const MATTERS = {
  secrets_expiring: ['failing'],
  robots_expiring: ['expiring'],
  robots_unused: ['unused'],
  entries_without_audience: ['any'],
  needless_secrets: ['federated'],
}

const attentionAt = async (client: Client, path: string) =>
  (await client.get(`${path}/attention`).expect(200)).body

describe.each([
  ['acme', ACME, ['acme']],
  ['alice', USER, ['alice']],
  ['root', '/api/v1/superuser', ['acme', 'alice']],
])('what needs attention of %s', (who, path, owners) => {
  const client = () => (who === 'root' ? root : alice)

  it.each(Object.entries(MATTERS))(
    'has %s, and the query that lists them',
    async (matter, names) => {
      const { count, more, query } = (await attentionAt(client(), path))[matter]
      expect([count, more]).toEqual([owners.length, false])
      const { body } = await client().get(query).expect(200)
      const found = body.robots.map(({ name }: { name: string }) => name).sort()
      expect(found).toEqual(owners.flatMap((owner) => names.map((name) => `${owner}+${name}`)))
    },
  )

  it('has log-ins that failed, and the log of them, robot by robot', async () => {
    const { count, more, query, robots } = (await attentionAt(client(), path)).login_failures
    const ofUsers = owners.filter((owner) => owner === 'alice').length
    expect([count, more]).toEqual([3 * owners.length + ofUsers, false])
    expect((await client().get(query).expect(200)).body.logs).toHaveLength(count)
    const named = robots.map(({ robot, count }: { robot: string; count: number }) => [robot, count])
    const of = (name: string, count: number) => owners.map((owner) => [`${owner}+${name}`, count])
    expect(named).toEqual([...of('failing', 2), ...of('fine', 1)])
    for (const { query, count } of robots) {
      expect((await client().get(query).expect(200)).body.logs).toHaveLength(count)
    }
  })
})

it.each([
  ['acme', ACME, 1],
  ['alice', USER, 1],
  ['root', '/api/v1/superuser', 2],
])(
  'issuers that failed are counted of %s once a minute each, and have their log',
  async (who, path, times) => {
    const client = who === 'root' ? root : alice
    const { count, more, query, issuers } = (await attentionAt(client, path)).issuer_failures
    expect([count, more, issuers]).toEqual([times, false, [{ issuer: GONE, count: times }]])
    const { body } = await client.get(query).expect(200)
    expect(
      body.logs.map(({ kind, metadata }: { kind: string; metadata: object }) => [kind, metadata]),
    ).toEqual(
      Array(times).fill([
        'issuer_failure',
        expect.objectContaining({
          issuer: GONE,
          fault: 'dns',
          message: expect.stringMatching(/ \(dns\)$/),
        }),
      ]),
    )
  },
)

it('nothing needs attention where nothing is wrong', async () => {
  await stage.robot('calm+ci')
  const login = await alice.post(`${CALM}/robots/ci/regenerate?expires_in=15d`)
  await stage.api.login('calm+ci', login.body.token).expect(200)
  await stage.services.settled()
  const counts = Object.values<{ count: number }>(await attentionAt(alice, CALM))
  expect(counts.map(({ count }) => count)).toEqual(counts.map(() => 0))
})

it('is for who may read the lists', async () => {
  const member = await stage.client('member', 'org:admin')
  await member.get(`${ACME}/attention`).expect(403)
  await alice.get('/api/v1/superuser/attention').expect(403)
  for (const scopes of [['user:admin'], ['repo:admin']] as const) {
    const other = await stage.client('alice', ...scopes)
    await other.get(`${ACME}/attention`).expect(403)
  }
  await (await stage.client('alice', 'org:admin')).get(`${USER}/attention`).expect(403)
  await root.get(`${ACME}/attention`).expect(403)
})

it('takes as many statements for all as for one who has nothing', async () => {
  const statements = (client: Client, path: string) =>
    countQueries(() => client.get(`${path}/attention`).expect(200))
  await statements(alice, CALM)
  expect(await statements(alice, ACME)).toBe(await statements(alice, CALM))
})

it('a day later the log-ins and issuers that failed are over', async () => {
  await stage.services.repeatedEntries.flush() // as when their minute is over
  time.pass(DAY + 1)
  alice = await stage.client('alice', 'org:admin', 'user:admin')
  const { login_failures: logins, issuer_failures: issuers } = await attentionAt(alice, ACME)
  expect(logins).toMatchObject({ count: 0, robots: [] })
  expect(issuers).toMatchObject({ count: 0, issuers: [] })
})

it('names the twenty robots that failed most, the worst first, and counts all', async () => {
  const names = Array.from({ length: 22 }, (_, n) => `failing${String(n).padStart(2, '0')}`)
  const now = time.clock()
  const namespaceName = 'acme'
  const common = { kind: 'login_failure', namespaceName, createdAt: now }
  const namespace = await stage.db.namespace.findUniqueOrThrow({ where: { name: namespaceName } })
  await stage.db.auditEntry.createMany({
    data: names.flatMap((name, n) =>
      Array.from({ length: n + 1 }, () => ({
        ...{ ...common, id: v7({ msecs: now.getTime() }), namespaceId: namespace.id },
        metadata: { robot: `acme+${name}`, type: 'federation' },
      })),
    ),
  })
  const { login_failures: failures } = await attentionAt(alice, ACME)
  expect(failures.count).toBe((22 * 23) / 2)
  expect(
    failures.robots.map(({ robot, count }: { robot: string; count: number }) => [robot, count]),
  ).toEqual(
    names
      .map((name, n) => [`acme+${name}`, n + 1])
      .reverse()
      .slice(0, 20),
  )
})
