import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { createShiftedClock } from '../helpers/clock.ts'
import { issuersWith, storeEntry } from '../helpers/federation.ts'
import { createTestDatabase } from '../helpers/postgres.ts'
import { POLICY } from '../helpers/service.ts'
import { createSigningKey } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// What there is already when a policy tightens stays as it is, and is reported: what the policy would refuse today.

const LISTED = 'https://listed.example'
const OTHER = 'https://other.example'
const DAY = 86_400
const ACME = '/api/v1/organization/acme'
const USER = '/api/v1/user'
const ALL = '/api/v1/superuser'

const time = createShiftedClock()
const database = await createTestDatabase()
let stage: Stage
/** A server of the same installation that allows less. */
let strict: Stage
let clients: { alice: Client; root: Client; strictAlice: Client; strictRoot: Client }

beforeAll(async () => {
  const key = await createSigningKey('ES256', 'k1')
  const options = { database, surroundings: { clock: time.clock } }
  const config = { issuers: issuersWith(key, LISTED) }
  stage = await startStage({ ...options, config })
  const policy = { ...POLICY, secretMaxLifetime: 60 * DAY, trustedIssuers: 'listed' as const }
  strict = await startStage({ ...options, config: { ...config, policy } })
  await stage.people('alice')
  await stage.superusers('root')
  await stage.organization('acme')
  const scopes = ['org:admin', 'user:admin'] as const
  const [alice, root] = [
    await stage.token('alice', [...scopes]),
    await stage.token('root', ['super:user']),
  ]
  clients = {
    ...{ alice: stage.api.as(alice), root: stage.api.as(root) },
    ...{ strictAlice: strict.api.as(alice), strictRoot: strict.api.as(root) },
  }
  for (const [owner, path] of [
    ['acme', ACME],
    ['alice', USER],
  ] as const) {
    const { publicJwk: jwk } = key
    const record = { issuer: OTHER, jwks: { keys: [jwk] } }
    if (owner === 'acme') await clients.alice.put(`${path}/issuers/own`, record).expect(200)
    const make = (robot: string) => clients.alice.put(`${path}/robots/${robot}`).expect(/name/)
    await make('endless')
    await make('long?expires_in=90d')
    await make('month?expires_in=30d')
    await make('over?expires_in=60s')
    for (const [name, entry] of [
      ['trusted', { issuer: LISTED }],
      ['named', { issuer: LISTED, issuer_ref: 'issuer-0' }],
      ['other', { issuer: OTHER }],
      ['own', { issuer: OTHER, issuer_ref: 'own' }],
    ] as const) {
      await make(`${name}?secret=false`)
      await storeEntry(stage.db, `${owner}+${name}`, {
        subject: 'job',
        audiences: ['us'],
        ...entry,
      })
    }
  }
  // Records of one name: of the operator, of another organization, and of nobody who has the robot.
  await stage.organization('zeta')
  for (const [name, issuer] of [
    ['issuer-0', LISTED],
    ['elsewhere', OTHER],
  ] as const) {
    const record = { issuer, jwks: { keys: [key.publicJwk] } }
    await clients.alice.put(`/api/v1/organization/zeta/issuers/${name}`, record).expect(200)
  }
  for (const [robot, entry] of [
    ['zeta+renamed', { issuer: LISTED, issuer_ref: 'issuer-0' }],
    ['acme+lost', { issuer: OTHER, issuer_ref: 'elsewhere' }],
  ] as const) {
    const [owner, name] = robot.split('+')
    await clients.alice.put(`/api/v1/organization/${owner}/robots/${name}?secret=false`).expect(201)
    await storeEntry(stage.db, robot, { subject: 'job', audiences: ['us'], ...entry })
  }
  time.pass(61)
})
afterAll(async () => {
  for (const one of [stage, strict]) await one.close()
  await database.drop()
})

const decide = (document: object) => clients.alice.put(`${ACME}/robot-policy`, document).expect(200)

/** What is counted, and found by the query beside it. */
async function reported(client: Client, path: string) {
  const { body } = await client.get(`${path}/attention`).expect(200)
  const found: Record<string, unknown> = {}
  for (const matter of ['secrets', 'issuers'] as const) {
    const { count, query } = body[`${matter}_against_policy`]
    const { robots } = (await client.get(query).expect(200)).body
    expect(robots, matter).toHaveLength(count)
    found[matter] = robots.map(({ name }: { name: string }) => name).sort()
  }
  return { ...found, beyond: body.robots_against_policy.count }
}

const of = (owner: string, ...names: string[]) => names.map((name) => `${owner}+${name}`)

it('is nothing under a policy that refuses nothing', async () => {
  for (const [client, path] of [
    [clients.alice, ACME],
    [clients.alice, USER],
    [clients.root, ALL],
  ] as const) {
    expect(await reported(client, path)).toEqual({ secrets: [], issuers: [], beyond: 0 })
  }
})

it('is what an organization decides against, secrets that are over aside, and is refused from then on', async () => {
  await decide({ secret_max_lifetime: '30d', trusted_issuers: 'listed', robots_max: 5 })
  expect(await reported(clients.alice, ACME)).toEqual({
    secrets: of('acme', 'endless', 'long'),
    issuers: of('acme', 'lost', 'other'),
    beyond: 4,
  })
  await clients.alice.post(`${ACME}/robots/month/regenerate?expires_in=31d`).expect(400)
  await decide({ secrets_allowed: false })
  expect(await reported(clients.alice, ACME)).toEqual({
    secrets: of('acme', 'endless', 'long', 'month'),
    issuers: [],
    beyond: 0,
  })
  expect(await reported(clients.alice, USER)).toMatchObject({ secrets: [], issuers: [] })
  await decide({})
  expect(await reported(clients.alice, ACME)).toMatchObject({ secrets: [], issuers: [] })
})

it('ends as it is put right', async () => {
  await decide({ secret_max_lifetime: '30d', trusted_issuers: 'listed' })
  await clients.alice.post(`${ACME}/robots/long/regenerate`).expect(201)
  await stage.db.federationEntry.deleteMany({ where: { robot: { name: 'other' } } })
  await storeEntry(stage.db, 'alice+other', { issuer: OTHER, subject: 'job', audiences: ['us'] })
  expect(await reported(clients.alice, ACME)).toMatchObject({
    secrets: of('acme', 'endless'),
    issuers: of('acme', 'lost'),
  })
  await decide({})
})

it('is what the installation decides against, where the records of organizations do not count', async () => {
  expect(await reported(clients.strictAlice, ACME)).toMatchObject({
    secrets: of('acme', 'endless'),
    issuers: of('acme', 'lost', 'own'),
  })
  expect(await reported(clients.strictAlice, USER)).toEqual({
    secrets: of('alice', 'endless', 'long'),
    issuers: of('alice', 'other', 'own'),
    beyond: 0,
  })
  expect(await reported(clients.strictRoot, ALL)).toEqual({
    secrets: [...of('acme', 'endless'), ...of('alice', 'endless', 'long')],
    issuers: [
      ...of('acme', 'lost', 'own'),
      ...of('alice', 'other', 'own'),
      ...of('zeta', 'renamed'),
    ],
    beyond: 0,
  })
})
