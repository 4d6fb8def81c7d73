import { afterAll, beforeAll, expect, it } from 'vitest'
import { MOST } from '../../src/domain/fixed-limits.ts'
import { SCOPES } from '../../src/domain/scopes.ts'
import type { Client } from '../helpers/api.ts'
import { writeMany } from '../helpers/rows.ts'
import { createSigningKey } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Who has as many of something as there may be gets no more, and takes nothing from anybody else's number.

const ACME = '/api/v1/organization/acme'
const ROBOT_API_TOKENS = 20

type Owner = 'full' | 'free'

let stage: Stage
let alice: Client
let jwks: object
const users = {} as Record<Owner, Client>
const applications = {} as Record<Owner, { client_id: string; client_secret: string }>

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice', 'full', 'free')
  alice = await stage.client('alice', ...SCOPES)
  await stage.organization('acme')
  jwks = { keys: [(await createSigningKey('ES256', 'k1')).publicJwk] }
  for (const name of ['full', 'free'] as const) {
    await stage.organization(`org-${name}`)
    await stage.robot(`acme+${name}`)
    users[name] = await stage.client(name, ...SCOPES)
    const application = { name, scopes: ['org:admin'] }
    applications[name] = (await alice.post(`${ACME}/applications`, application).expect(200)).body
  }
})

afterAll(() => stage.close())

let made = 0
const wanted = () => ({ name: `made${made++}`, scope: 'org:admin' })
const of = (owner: Owner) => `/api/v1/organization/org-${owner}`

const digest = "'digest', sha256((n || random()::text)::bytea)"

it.each<[string, (owner: Owner) => PromiseLike<{ status: number }>, number, string, string?]>([
  [
    'applications',
    (owner) => alice.post(`${of(owner)}/applications`, wanted()),
    MOST.applications,
    'oauth_applications',
    "'client_id', 'C' || n",
  ],
  [
    'default permissions',
    (owner) =>
      alice.post(`${of(owner)}/prototypes`, {
        ...{ role: 'read', delegate: { kind: 'team', name: 'owners' } },
      }),
    MOST.defaultPermissions,
    'default_permissions',
  ],
  [
    'issuer records',
    (owner) =>
      alice.put(`${of(owner)}/issuers/made${made++}`, { issuer: 'https://i.example.com', jwks }),
    MOST.issuerRecords,
    'issuer_records',
    "'name', 'copy' || n",
  ],
  [
    'API tokens of a robot',
    (owner) =>
      alice.post(`${ACME}/robots/${owner}/tokens`, {
        name: 'a',
        scope: 'repo:read',
        expiration: 3600,
      }),
    ROBOT_API_TOKENS,
    'robot_api_tokens',
    `'code', 'C' || n, ${digest}`,
  ],
  [
    'app specific tokens',
    (owner) => users[owner].post('/api/v1/user/apptoken', { title: 'laptop' }),
    MOST.appTokens,
    'app_tokens',
    digest,
  ],
  [
    'tokens that users made for an application',
    (owner) => alice.post(`${ACME}/applications/${applications[owner].client_id}/tokens`, wanted()),
    MOST.applicationTokens,
    'oauth_tokens',
    digest,
  ],
  [
    'tokens of an application itself',
    (owner) => {
      const { client_id, client_secret } = applications[owner]
      return stage.api
        .call('post', '/oauth/token')
        .auth(client_id, client_secret)
        .type('form')
        .send({ grant_type: 'client_credentials' })
    },
    MOST.clientTokens,
    'oauth_tokens',
    digest,
  ],
  [
    'API tokens of a user',
    (owner) => users[owner].post('/api/v1/user/tokens', wanted()),
    MOST.userTokens,
    'oauth_tokens',
    digest,
  ],
])('%s', async (_, make, most, table, others = "'role', 'read'") => {
  expect((await make('full')).status).toBeLessThan(300)
  await writeMany(stage.db, (tx) =>
    tx.$executeRawUnsafe(`
      INSERT INTO ${table} SELECT copy.* FROM generate_series(2, ${most}) n
      CROSS JOIN (SELECT * FROM ${table} ORDER BY xmin::text::bigint DESC LIMIT 1) one
      CROSS JOIN LATERAL jsonb_populate_record(
        NULL::${table}, to_jsonb(one) || jsonb_build_object('id', md5(n || random()::text)::uuid, ${others})) copy`),
  )
  expect([400, 429]).toContain((await make('full')).status)
  expect((await make('free')).status).toBeLessThan(300)
})
