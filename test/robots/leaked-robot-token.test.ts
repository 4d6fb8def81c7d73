import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SCOPES, type Scope } from '../../src/domain/scopes.ts'
import { type FederationStage, startFederationStage } from '../federation/federation-stage.ts'
import { apiError, type Method } from '../helpers/api.ts'
import { snapshot } from '../helpers/rows.ts'

// Whoever finds a token of a robot that administers its organization cannot go on as that robot, nor as anybody, once the
// token has ended: no token, no scopes for jobs, no client secret, no account.

const ACME = '/api/v1/organization/acme'
const ADMIN = 'acme+admin'
const WEBHOOK = { url: 'https://hooks.example.com', events: ['robot.disabled'] }

let stage: FederationStage
/** What paths of the tests name. */
const names: Record<string, string> = {}

beforeAll(async () => {
  stage = await startFederationStage()
  await stage.superusers('root')
  const { issuer } = stage.issuer
  await stage.robot(ADMIN, [{ issuer, subject: 'admin', api_scopes: SCOPES.join(' ') }])
  await stage.robot('acme+ci', [
    { issuer, subject: 'a', api_scopes: 'repo:read' },
    { issuer, subject: 'b' },
  ])
  await stage.team('acme', { name: 'admins', role: 'admin', members: [ADMIN] })
  const alice = await stage.client('alice', ...SCOPES)
  const { body } = await alice.get(`${ACME}/robots/ci/federation/entries`).expect(200)
  names.entry = body.entries[0].id
  names.bare = body.entries[1].id
  const application = { name: 'app', scopes: ['org:admin'] }
  const made = await alice.post(`${ACME}/applications`, application).expect(200)
  names.app = made.body.client_id
})

afterAll(() => stage.close())

/** Both forms, with every scope. */
const FORMS: Record<string, () => Promise<string>> = {
  'an API token': () => stage.robotToken(ADMIN, [...SCOPES]),
  'a token for an identity token': async () => {
    const form = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: await stage.issuer.mint({ sub: 'admin' }),
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      resource: `urn:quay:robot:${ADMIN}`,
    }
    const { body } = await request(stage.url).post('/sts/token').type('form').send(form)
    expect(body.scope).toBe(SCOPES.join(' '))
    return body.access_token
  },
}

const TOKENS = `${ACME}/robots/admin/tokens`
const ENTRIES = `${ACME}/robots/ci/federation`
const APPLICATION = `${ACME}/applications/:app`
const DETAILS = { name: 'app', redirect_uri: '', application_uri: '' }
const NEW_ENTRY = { issuer: 'https://issuer.example.com', subject: 'x' }

/** `:name` is one of the names above. */
const NEVER: [string, Method, string, object?][] = [
  ['makes an API token', 'post', TOKENS, { name: 'x', scope: 'org:admin' }],
  ['lists API tokens', 'get', TOKENS],
  ['asks which scopes it may give', 'get', `${ACME}/robots/admin/mintable-scopes`],
  ['ends an API token', 'delete', `${TOKENS}/none`],
  ['sets entries with scopes', 'post', ENTRIES, [{ ...NEW_ENTRY, api_scopes: 'repo:read' }]],
  [
    'adds an entry with scopes',
    'post',
    `${ENTRIES}/entries`,
    { ...NEW_ENTRY, api_scopes: 'user:read' },
  ],
  ['gives an entry scopes', 'patch', `${ENTRIES}/entries/:bare`, { api_scopes: 'user:read' }],
  [
    'gives an entry more scopes',
    'patch',
    `${ENTRIES}/entries/:entry`,
    { api_scopes: 'repo:write' },
  ],
  ['admits others by an entry with scopes', 'patch', `${ENTRIES}/entries/:entry`, { subject: 'x' }],
  ['says by which keys issuers sign', 'put', `${ACME}/issuers/cluster`, {}],
  ['forgets keys of issuers', 'delete', `${ACME}/issuers/cluster`],
  ['brings a secret along', 'post', `${ACME}/robots/ci/secrets`, {}],
  ['deletes its organization', 'delete', ACME],
  ['makes an organization', 'post', '/api/v1/organization/', { name: 'fresh' }],
  ['has robots of its own', 'put', '/api/v1/user/robots/fresh'],
  [
    'makes an API token of a user',
    'post',
    '/api/v1/user/tokens',
    { name: 'x', scope: 'repo:read' },
  ],
  ['makes an app specific token', 'post', '/api/v1/user/apptoken', { title: 'x' }],
  ['has a log of its own', 'get', '/api/v1/user/logs'],
  ['makes an application', 'post', `${ACME}/applications`, { name: 'x' }],
  ['gives an application scopes', 'put', APPLICATION, { ...DETAILS, scopes: [...SCOPES] }],
  ['gives an application a new secret', 'post', `${APPLICATION}/resetclientsecret`],
  [
    'makes a token of an application',
    'post',
    `${APPLICATION}/tokens`,
    { name: 'x', scope: 'org:admin' },
  ],
  ['lists users', 'get', '/api/v1/superuser/users/'],
  ['has webhooks of the installation', 'post', '/api/v1/superuser/webhooks', WEBHOOK],
  ['changes a password', 'put', '/api/v1/user/password', { current: 'x', new: 'longer-one' }],
]

describe.each(Object.entries(FORMS))('no robot with %s', (_, tokenOf) => {
  let token: string
  beforeAll(async () => {
    token = await tokenOf()
  })

  it.each(NEVER)('%s', async (_what, method, path, body) => {
    await stage.api.call('get', '/api/v1/user/', token).expect(200)
    const before = await snapshot(stage.db)
    const named = path.replace(/:(\w+)/, (_all, name: string) => names[name] ?? '')
    const answer = await stage.api.call(method, named, token).send(body)
    expect([answer.status, answer.body]).toEqual([403, apiError(stage.url, 'insufficient_scope')])
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it('sees the secret of an application', async () => {
    const { body } = await stage.api.as(token).get(`${ACME}/applications`).expect(200)
    expect(body.applications).toMatchObject([{ name: 'app', client_secret: null }])
  })
})

it('a robot that administers the organization has its webhooks, which hold no secret, and no other robot has', async () => {
  await stage.robot('acme+other')
  const ask = async (name: string, ...scopes: Scope[]) =>
    stage.api.as(await stage.robotToken(name, scopes)).post(`${ACME}/webhooks`, WEBHOOK)
  const others = SCOPES.filter((scope) => scope !== 'org:admin')
  expect((await ask(ADMIN, ...others)).status).toBe(403)
  expect((await ask('acme+other', ...SCOPES)).status).toBe(403)
  expect((await ask(ADMIN, 'org:admin')).status).toBe(201)
})
