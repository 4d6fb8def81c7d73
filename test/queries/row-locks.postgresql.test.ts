import { randomUUID } from 'node:crypto'
import type { Response, Test } from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { policyTag } from '../../src/domain/robot-policy.ts'
import type { Client } from '../helpers/api.ts'
import { sendDuring } from '../helpers/held-rows.ts'
import { addUsers } from '../helpers/rows.ts'
import { PASSWORD } from '../helpers/service.ts'
import { createSigningKey } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Others hold a row by the weakest lock that keeps a request off: a request that asks for less is answered at once.

let stage: Stage
let jwk: object
let root: Client
let alice: Client
let acme: string
let bob: string
let client: { id: string; secret: string }
let rounds = 0

beforeAll(async () => {
  stage = await startStage()
  jwk = (await createSigningKey('ES256', 'k1')).publicJwk
  await stage.people('alice')
  await stage.superusers('root')
  root = await stage.client('root', 'super:user')
})
afterAll(() => stage.close())

/** An organization of alice and bob that has one of everything. */
beforeEach(async () => {
  rounds += 1
  bob = `bob${rounds}`
  await addUsers(stage.db, 1, () => bob)
  alice = await stage.client('alice', 'org:admin', 'user:admin', 'repo:admin', 'repo:create')
  acme = await stage.organization()
  await putRecord()
  await stage.robot(`${acme}+ci`, [
    job('build'),
    { issuer: 'https://a', issuer_ref: 'cluster', subject: 'build' },
  ])
  const [{ body }] = await Promise.all([
    alice.post(organization('/applications'), details).expect(200),
    stage.repository(`${acme}/web`),
    stage.team(acme, { name: 'helpers', role: 'member', members: [`${acme}+ci`] }),
    stage.team(acme, { name: 'admins', role: 'admin', members: [bob] }),
  ])
  client = { id: body.client_id, secret: body.client_secret }
})

const job = (subject: string) => ({ issuer: 'https://issuer.example.com', subject })
const details = { name: 'ci', redirect_uri: '', application_uri: '', scopes: ['org:admin'] }

const organization = (path = '') => `/api/v1/organization/${acme}${path}`
const application = (path = '') => organization(`/applications/${client.id}${path}`)
const federation = () => organization('/robots/ci/federation')
const user = () => `/api/v1/superuser/users/${bob}`
const helper = (name: string) => organization(`/team/helpers/members/${name}`)
const permission = (grantee: string) => `/api/v1/repository/${acme}/web/permissions/${grantee}`

const putRecord = () =>
  alice.put(organization('/issuers/cluster'), { issuer: 'https://a', jwks: { keys: [jwk] } })
const newToken = { name: 'ci', scope: 'org:admin' }
const newDefault = (delegate: object, activating = bob) =>
  alice.post(organization('/prototypes'), {
    ...{ role: 'read', delegate, activating_user: { name: activating } },
  })
const toBob = () => newDefault({ kind: 'user', name: bob })
const toHelpers = () => newDefault({ kind: 'team', name: 'helpers' }, 'alice')
const newRepository = () =>
  alice.post('/api/v1/repository', {
    ...{ repository: 'new', namespace: acme, visibility: 'private', description: '' },
  })
const grant = () =>
  stage.api
    .call('post', '/oauth/token')
    .auth(client.id, client.secret)
    .type('form')
    .send({ grant_type: 'client_credentials' })

const OWN_TOKENS = '/api/v1/user/tokens'
const ownToken = { name: 'laptop', scope: 'org:admin' }
const byPassword = (user: string) =>
  stage.api.call('post', OWN_TOKENS).auth(user, PASSWORD).send(ownToken)

const ROWS = {
  organization: () => `namespaces WHERE name = '${acme}'`,
  alice: () => "namespaces WHERE name = 'alice'",
  bob: () => `namespaces WHERE name = '${bob}'`,
  application: () => `oauth_applications WHERE client_id = '${client.id}'`,
  robot: () => `robots WHERE namespace_id = (SELECT id FROM namespaces WHERE name = '${acme}')`,
  helpers: () => `teams WHERE name = 'helpers' AND organization_id = (
    SELECT id FROM namespaces WHERE name = '${acme}')`,
  repository: () => `repositories WHERE namespace_id = (
    SELECT id FROM namespaces WHERE name = '${acme}')`,
  tokens: () => "oauth_tokens WHERE user_id = (SELECT id FROM namespaces WHERE name = 'alice')",
}
type Row = keyof typeof ROWS

describe('a request waits for others who', () => {
  it.each<['changed' | 'referred', Row, string, () => Test]>([
    ['changed', 'organization', 'issuer record put', () => putRecord()],
    [
      'changed',
      'organization',
      'issuer record deleted',
      () => alice.delete(organization('/issuers/cluster')),
    ],
    ['changed', 'organization', 'default permission', () => toHelpers()],
    [
      'changed',
      'organization',
      'member removed',
      () => alice.delete(organization(`/members/${bob}`)),
    ],
    [
      'changed',
      'organization',
      'team put',
      () => alice.put(organization('/team/new'), { role: 'member' }),
    ],
    ['changed', 'organization', 'team deleted', () => alice.delete(organization('/team/helpers'))],
    ['changed', 'organization', 'team member', () => alice.put(helper(bob))],
    ['changed', 'organization', 'team member removed', () => alice.delete(helper(`${acme}+ci`))],
    [
      'changed',
      'organization',
      'application',
      () => alice.post(organization('/applications'), details),
    ],
    ['changed', 'organization', 'administrator deleted', () => root.delete(user())],
    [
      'changed',
      'alice',
      'organization',
      () => alice.post('/api/v1/organization/', { name: `${acme}b` }),
    ],
    [
      'changed',
      'alice',
      'app token',
      () => alice.post('/api/v1/user/apptoken', { title: 'laptop' }),
    ],
    ['changed', 'alice', 'own token', () => alice.post(OWN_TOKENS, ownToken)],
    ['changed', 'alice', 'own token by password', () => byPassword('alice')],
    ['referred', 'bob', 'user disabled', () => root.put(user(), { enabled: false })],
    ['referred', 'application', 'application', () => alice.put(application(), details)],
    ['referred', 'application', 'secret', () => alice.post(application('/resetclientsecret'))],
    [
      'referred',
      'application',
      'token of a user',
      () => alice.post(application('/tokens'), newToken),
    ],
    ['referred', 'application', 'token', () => grant()],
    ['referred', 'robot', 'federation', () => alice.post(federation(), [job('test')])],
    ['referred', 'robot', 'entry', () => alice.post(`${federation()}/entries`, job('test'))],
  ])('%s the %s: %s', async (how, row, _what, send) => {
    const lock = how === 'changed' ? 'SHARE' : 'KEY SHARE'
    const hold = `SELECT 1 FROM ${ROWS[row]()} FOR ${lock}`
    const { waited, answer } = await sendDuring(stage, { hold }, send)
    expect([waited, answer.status]).toEqual([true, expect.toSatisfy((status) => status < 300)])
  })
})

describe('what is deleted while a request is on its way is not there:', () => {
  it.each<[Row, string, number, () => Test]>([
    ['organization', 'settings', 404, () => alice.put(organization(), { email: 'a@example.com' })],
    ['organization', 'deletion', 404, () => alice.delete(organization())],
    [
      'organization',
      'renaming',
      400,
      () => root.put(`/api/v1/superuser/organizations/${acme}`, { name: `${acme}b` }),
    ],
    [
      'organization',
      'deletion by superuser',
      400,
      () => root.delete(`/api/v1/superuser/organizations/${acme}`),
    ],
    ['organization', 'repository', 403, () => newRepository()],
    ['organization', 'record', 404, () => putRecord()],
    ['organization', 'team', 404, () => alice.put(organization('/team/new'), { role: 'member' })],
    ['organization', 'application', 404, () => alice.post(organization('/applications'), details)],
    ['organization', 'default permission', 404, () => toHelpers()],
    ['bob', 'user', 404, () => root.put(user(), { enabled: false })],
    ['bob', 'member', 400, () => alice.put(helper(bob))],
    ['bob', 'permission', 400, () => alice.put(permission(`user/${bob}`), { role: 'read' })],
    ['bob', 'default permission', 400, () => toBob()],
    ['bob', 'activating user', 400, () => newDefault({ kind: 'team', name: 'helpers' })],
    ['helpers', 'default permission', 400, () => toHelpers()],
    ['helpers', 'permission', 400, () => alice.put(permission('team/helpers'), { role: 'read' })],
    ['robot', 'permission', 400, () => alice.put(permission(`user/${acme}+ci`), { role: 'read' })],
    ['robot', 'member', 400, () => alice.put(organization(`/team/admins/members/${acme}+ci`))],
    ['repository', 'permission', 404, () => alice.put(permission(`user/${bob}`), { role: 'read' })],
    ['repository', 'deletion', 204, () => alice.delete(`/api/v1/repository/${acme}/web`)],
    ['application', 'application', 404, () => alice.put(application(), details)],
    ['application', 'secret', 404, () => alice.post(application('/resetclientsecret'))],
    ['application', 'deletion', 404, () => alice.delete(application())],
    ['application', 'token', 401, () => grant()],
    ['tokens', 'app token', 401, () => alice.post('/api/v1/user/apptoken', { title: 'laptop' })],
    ['tokens', 'token', 401, () => alice.post(application('/tokens'), newToken)],
    ['tokens', 'own token', 401, () => alice.post(OWN_TOKENS, ownToken)],
  ])('%s, for %s: %i', async (row, _what, status, send) => {
    const rows = ROWS[row]()
    const others = { hold: `SELECT 1 FROM ${rows} FOR UPDATE`, change: `DELETE FROM ${rows}` }
    const { waited, answer } = await sendDuring(stage, others, send)
    expect([waited, answer.status, answer.body]).toEqual([true, status, expect.anything()])
  })
})

it.each([
  ['newest', 0],
  ['replaced', 1],
])('the %s secret of a robot is kept where others have ended the other one', async (_, place) => {
  await alice.post(organization('/robots/ci/regenerate?grace=1h')).expect(201)
  const path = organization('/robots/ci/secrets')
  const { secrets } = (await alice.get(path).expect(200)).body
  const [{ id }, ended] = [secrets[place], secrets[1 - place]]
  const hold = `UPDATE ${ROWS.robot().replace('WHERE', `SET credential_id = '${id}' WHERE`)}`
  const change = `DELETE FROM robot_secrets WHERE id = '${ended.id}'`
  const end = () => alice.delete(`${path}/${id}`)
  const { waited, answer } = await sendDuring(stage, { hold, change }, end)
  expect([waited, answer.status]).toEqual([true, 400])
  expect((await alice.get(path).expect(200)).body.secrets).toMatchObject([{ id }])
})

describe('If-Match is held to what others have made meanwhile of', () => {
  const isFirst = (test: Test) => test.set('if-match', '"1"')
  const entries = () => `${federation()}/entries`

  it.each<[string, Row, (rows: string) => string, () => PromiseLike<Response>]>([
    [
      'a policy',
      'organization',
      (rows) => `UPDATE ${rows.replace('WHERE', `SET robot_policy = '{"robots_max": 3}' WHERE`)}`,
      () =>
        alice.put(organization('/robot-policy'), { robots_max: 5 }).set('if-match', policyTag({})),
    ],
    [
      'a robot',
      'robot',
      (rows) => `UPDATE ${rows.replace('WHERE', 'SET version = version + 1 WHERE')}`,
      () => isFirst(alice.patch(organization('/robots/ci'), { description: 'mine' })),
    ],
    [
      'an entry',
      'robot',
      (rows) => `UPDATE federation_entry_rows SET version = version + 1
        WHERE robot_id = (SELECT id FROM ${rows})`,
      async () => {
        const { body } = await alice.get(entries()).expect(200)
        return isFirst(alice.patch(`${entries()}/${body.entries[0].id}`, { expires_in: 600 }))
      },
    ],
  ])('%s', async (_what, row, changeOf, send) => {
    const rows = ROWS[row]()
    const others = { hold: `SELECT 1 FROM ${rows} FOR NO KEY UPDATE`, change: changeOf(rows) }
    const { waited, answer } = await sendDuring(stage, others, send)
    expect([waited, answer.status]).toEqual([true, 412])
  })
})

describe('a server passes over what another one is at:', () => {
  it.each<[string, string, () => PromiseLike<unknown>, () => Promise<unknown>]>([
    [
      'a webhook',
      'webhooks',
      async () => {
        const webhook = { url: 'https://hooks.example.com', events: ['robot.disabled'] }
        await alice.post(organization('/webhooks'), webhook).expect(201)
        await alice.patch(organization('/robots/ci'), { enabled: false }).expect(200)
      },
      () => stage.services.webhookDispatcher.deliverDue(),
    ],
    [
      'a secret',
      'robot_secrets',
      () => stage.db.robotSecret.updateMany({ data: { nextNoticeAt: new Date(0) } }),
      () => stage.services.notices.runNow(),
    ],
    [
      'a robot',
      'robots',
      () => stage.db.robot.updateMany({ data: { createdAt: new Date(0) } }),
      () => stage.services.notices.runNow(),
    ],
    [
      'a robot that expires',
      'robots',
      () => stage.db.robot.updateMany({ data: { nextNoticeAt: new Date(0) } }),
      () => stage.services.notices.runNow(),
    ],
    [
      'an identity token',
      'used_identity_tokens',
      () =>
        stage.db.usedIdentityToken.create({
          data: { digest: Buffer.alloc(32), expiresAt: new Date(0) },
        }),
      () => stage.services.usedIdentityTokens.runNow(),
    ],
    [
      'a deleted account',
      'namespace_rows',
      () => {
        const id = randomUUID()
        const gone = { createdAt: new Date(0), deletedAt: new Date(0) }
        return stage.db.namespace.create({ data: { id, name: `-${id}`, kind: 'user', ...gone } })
      },
      () => stage.services.deletionRemains.clear(),
    ],
  ])('%s', async (_what, table, prepare, work) => {
    await prepare()
    const hold = `SELECT 1 FROM ${table} FOR NO KEY UPDATE`
    expect((await sendDuring(stage, { hold }, work)).waited).toBe(false)
  })
})

describe('a push', () => {
  const push = (token: string) =>
    stage.api.login('$oauthtoken', token).query({ scope: `repository:${acme}/new:push` })
  const found = () => stage.db.repository.count({ where: { name: 'new' } })

  it.each<[string, Row, (rows: string) => string]>([
    ['deleted', 'organization', (rows) => `DELETE FROM ${rows}`],
    [
      'disabled',
      'organization',
      (rows) => `UPDATE ${rows.replace('WHERE', 'SET enabled = false WHERE')}`,
    ],
    ['deleted', 'bob', (rows) => `DELETE FROM ${rows}`],
  ])(
    'creates nothing where others %s the namespace, or who pushes: %s',
    async (_how, row, changeOf) => {
      const token = await stage.token(bob, ['repo:create', 'repo:write'])
      const rows = ROWS[row]()
      const others = { hold: `SELECT 1 FROM ${rows} FOR UPDATE`, change: changeOf(rows) }
      const { waited, answer } = await sendDuring(stage, others, () => push(token))
      expect([waited, answer.status < 500, await found()]).toEqual([true, true, 0])
    },
  )
})

it('a new repository gives nothing to who is deleted meanwhile', async () => {
  await newDefault({ kind: 'user', name: bob }, 'alice').expect(200)
  const hold = `DELETE FROM ${ROWS.bob()}`
  const { waited, answer } = await sendDuring(stage, { hold }, newRepository)
  expect([waited, answer.status]).toEqual([true, 201])
})

describe('a password does nothing for', () => {
  const changing = (token: string) =>
    stage.api.as(token).put('/api/v1/user/password', { current: PASSWORD, new: 'another-one' })

  it.each([
    ['carol', "password_hash = 'another'", 'token', 401, byPassword],
    ['dave', 'enabled = false', 'token', 401, byPassword],
    [
      'erin',
      "password_hash = 'another'",
      'new password',
      400,
      (_: string, token: string) => changing(token),
    ],
    [
      'frank',
      'enabled = false',
      'new password',
      400,
      (_: string, token: string) => changing(token),
    ],
  ])('%s, for whom others set %s meanwhile: %s', async (user, change, _what, status, sendOf) => {
    await stage.people(user)
    const token = await stage.token(user, ['user:admin'])
    const hold = `UPDATE namespaces SET ${change} WHERE name = '${user}'`
    const { waited, answer } = await sendDuring(stage, { hold }, () => sendOf(user, token))
    expect([waited, answer.status]).toEqual([true, status])
  })
})
