import { ADVISORY_LOCKS } from '../../src/db/advisory-locks.ts'
import { MOST } from '../../src/domain/fixed-limits.ts'
import { SCOPES } from '../../src/domain/scopes.ts'
import type { Client } from '../helpers/api.ts'
import { copiesOf, NEW_DIGEST, writeMany } from '../helpers/rows.ts'
import { createSigningKey } from '../helpers/signing.ts'
import { startStage } from '../helpers/stage.ts'

// Of what there may be so many, and two owners each: one has as many as that, one has none.

type Owner = 'full' | 'free'

/** How one more is made, and past the service as many as there may be. */
export interface Limited {
  what: string
  make: (crowd: Crowd, owner: Owner) => PromiseLike<{ status: number; body: unknown }>
  most: number
  table: string
  /** Names and values of columns of a copy that are not those of the original; SQL, where `n` is its number. */
  others?: string
  /** Locks what is locked while those of the full owner are counted; SQL. */
  hold: string
}

const ACME = '/api/v1/organization/acme'
const ORGANIZATION = "SELECT 1 FROM namespaces WHERE name = 'org-full' FOR NO KEY UPDATE"
const USER = "SELECT 1 FROM namespaces WHERE name = 'full' FOR NO KEY UPDATE"
const ROBOT = "SELECT 1 FROM robots WHERE name = 'full' FOR NO KEY UPDATE"
const APPLICATION = "SELECT 1 FROM oauth_applications WHERE name = 'full' FOR NO KEY UPDATE"
const NAME = "'name', 'copy' || n"
const WEBHOOK = { url: 'https://hooks.example.com', events: ['robot.disabled'] }
/** What the operator sets. */
const SET = { teams: 5, organizations: 5, robotApiTokens: 20 }

export type Crowd = Awaited<ReturnType<typeof startCrowd>>

export async function startCrowd() {
  const more = { robots: 1000, repositories: 1000, tokenLifetime: 31_536_000 }
  const stage = await startStage({ config: { limits: { ...SET, ...more } } })
  await stage.people('alice', 'full', 'free')
  const alice = await stage.client('alice', ...SCOPES)
  await stage.superusers('root')
  const root = await stage.client('root', 'super:user')
  await stage.organization('acme')
  const jwks = { keys: [(await createSigningKey('ES256', 'k1')).publicJwk] }
  const users = {} as Record<Owner, Client>
  const applications = {} as Record<Owner, { client_id: string; client_secret: string }>
  for (const name of ['full', 'free'] as const) {
    await stage.organization(`org-${name}`)
    await stage.robot(`acme+${name}`)
    users[name] = await stage.client(name, ...SCOPES)
    const application = { name, scopes: ['org:admin'] }
    applications[name] = (await alice.post(`${ACME}/applications`, application).expect(200)).body
  }
  await stage.team('acme', { name: 'admins', role: 'admin', members: ['full', 'free'] })
  return { ...stage, alice, root, jwks, users, applications }
}

/** Words of the refusals. */
export const NO_ROOM = /limit reached|Too many tokens are alive/i

/** Makes one, and all others past the service but those that are left. */
export async function fill(crowd: Crowd, limited: Limited, left: number) {
  await crowd.db.oAuthToken.deleteMany({ where: { name: { startsWith: 'made' } } })
  const { status } = await limited.make(crowd, 'full')
  if (status >= 300) throw new Error(`${limited.what}: ${status}`)
  await writeMany(crowd.db, (tx) =>
    tx.$executeRawUnsafe(copiesOf(limited.table, [2, limited.most - left], limited.others)),
  )
}

let made = 0
const name = () => `made${made++}`
const wanted = () => ({ name: name(), scope: 'org:admin' })
const of = (owner: Owner) => `/api/v1/organization/org-${owner}`
const robot = (owner: Owner) => `${ACME}/robots/${owner}`
const tokensFor = ({ applications }: Crowd, owner: Owner) =>
  `${ACME}/applications/${applications[owner].client_id}/tokens`

export const LIMITED: Limited[] = [
  {
    what: 'applications',
    make: ({ alice }, owner) => alice.post(`${of(owner)}/applications`, wanted()),
    most: MOST.applications,
    table: 'oauth_applications',
    others: "'client_id', 'C' || n",
    hold: ORGANIZATION,
  },
  {
    what: 'default permissions',
    make: ({ alice }, owner) =>
      alice.post(`${of(owner)}/prototypes`, {
        ...{ role: 'read', delegate: { kind: 'team', name: 'owners' } },
      }),
    most: MOST.defaultPermissions,
    table: 'default_permissions',
    hold: ORGANIZATION,
  },
  {
    what: 'issuer records',
    make: ({ alice, jwks }, owner) =>
      alice.put(`${of(owner)}/issuers/${name()}`, { issuer: 'https://i.example.com', jwks }),
    most: MOST.issuerRecords,
    table: 'issuer_records',
    others: NAME,
    hold: ORGANIZATION,
  },
  {
    what: 'webhooks',
    make: ({ alice }, owner) => alice.post(`${of(owner)}/webhooks`, WEBHOOK),
    most: MOST.webhooks,
    table: 'webhooks',
    hold: ORGANIZATION,
  },
  {
    what: 'webhooks of the installation',
    make: ({ root, alice }, owner) =>
      owner === 'full'
        ? root.post('/api/v1/superuser/webhooks', WEBHOOK)
        : alice.post(`${ACME}/webhooks`, WEBHOOK),
    most: MOST.webhooks,
    table: 'webhooks',
    hold: `SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.installationWebhooks})`,
  },
  {
    what: 'teams',
    make: ({ alice }, owner) => alice.put(`${of(owner)}/team/${name()}`, { role: 'member' }),
    // An organization begins with its team of owners.
    most: SET.teams - 1,
    table: 'teams',
    others: NAME,
    hold: ORGANIZATION,
  },
  {
    what: 'organizations that a user made',
    make: ({ users }, owner) => users[owner].post('/api/v1/organization/', { name: name() }),
    most: SET.organizations,
    table: 'namespace_rows',
    others: NAME,
    hold: USER,
  },
  {
    what: 'federation entries',
    make: ({ alice }, owner) =>
      alice.post(`${robot(owner)}/federation/entries`, {
        ...{ issuer: 'https://issuer.example.com', subject: name() },
      }),
    most: MOST.federationEntries,
    table: 'federation_entry_rows',
    others: "'position', n, 'subject', 'copy' || n",
    hold: ROBOT,
  },
  {
    what: 'API tokens of a robot',
    make: ({ alice }, owner) =>
      alice.post(`${robot(owner)}/tokens`, { name: 'a', scope: 'repo:read', expiration: 3600 }),
    most: SET.robotApiTokens,
    table: 'robot_api_tokens',
    others: `'code', 'C' || n, ${NEW_DIGEST}`,
    hold: ROBOT,
  },
  {
    what: 'app specific tokens',
    make: ({ users }, owner) => users[owner].post('/api/v1/user/apptoken', { title: 'laptop' }),
    most: MOST.appTokens,
    table: 'app_tokens',
    others: NEW_DIGEST,
    hold: USER,
  },
  {
    what: 'tokens that users made for an application',
    make: (crowd, owner) => crowd.alice.post(tokensFor(crowd, owner), wanted()),
    most: MOST.applicationTokens,
    table: 'oauth_tokens',
    others: NEW_DIGEST,
    hold: APPLICATION,
  },
  {
    what: 'tokens of an application itself',
    make: ({ api, applications }, owner) => {
      const { client_id, client_secret } = applications[owner]
      return api
        .call('post', '/oauth/token')
        .auth(client_id, client_secret)
        .type('form')
        .send({ grant_type: 'client_credentials' })
    },
    most: MOST.clientTokens,
    table: 'oauth_tokens',
    others: NEW_DIGEST,
    hold: APPLICATION,
  },
  {
    what: 'API tokens of a user',
    make: ({ users }, owner) => users[owner].post('/api/v1/user/tokens', wanted()),
    most: MOST.userTokens - 1,
    table: 'oauth_tokens',
    others: NEW_DIGEST,
    hold: USER,
  },
  {
    what: 'API tokens of a user, made for an application',
    make: (crowd, owner) => crowd.users[owner].post(tokensFor(crowd, 'free'), wanted()),
    most: MOST.userTokens - 1,
    table: 'oauth_tokens',
    others: `${NEW_DIGEST}, 'application_id', NULL`,
    hold: USER,
  },
]
