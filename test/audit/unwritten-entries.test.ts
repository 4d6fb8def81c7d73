import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { SCOPES } from '../../src/domain/scopes.ts'
import type { Client } from '../helpers/api.ts'
import { breakAuditLog, repairAuditLog } from '../helpers/broken-audit-log.ts'
import { createSigningKey } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// What cannot be written to the log does not happen: the entry is part of the change.

const ACME = '/api/v1/organization/acme'
const WEB = '/api/v1/repository/acme/web'
const DEVS = `${ACME}/team/devs`

let stage: Stage
let root: Client
let jwks: object
let application: string
let prototype: string
let appToken: string
let ofApplication: string
let ofUser: string

beforeAll(async () => {
  stage = await startStage()
  await stage.people('bob', 'carol')
  await stage.superusers('root')
  root = await stage.client('root', ...SCOPES)
  jwks = { keys: [(await createSigningKey('ES256', 'k1')).publicJwk] }
  for (const name of ['acme', 'given-up']) await stage.organization(name, 'root')
  await root.delete('/api/v1/organization/given-up').expect(204)
  await stage.team('acme', { name: 'devs', role: 'member', members: ['bob'] })
  await stage.repository('acme/web', { teams: { devs: 'read' } })
  await root.put(`${WEB}/permissions/user/bob`, { role: 'read' }).expect(200)
  await root.put(`${ACME}/issuers/cluster`, { issuer: 'https://a', jwks }).expect(200)
  const client = (await root.post(`${ACME}/applications`, { name: 'ci' }).expect(200)).body
  application = `${ACME}/applications/${client.client_id}`
  const wanted = { name: 'one', scope: 'org:admin' }
  ofApplication = (await root.post(`${application}/tokens`, wanted).expect(200)).body.uuid
  await stage.token('root', ['user:read'])
  const { body } = await root.get('/api/v1/user/tokens').expect(200)
  ofUser = body.tokens.at(-1).uuid
  const delegate = { kind: 'user', name: 'bob' }
  prototype = (await root.post(`${ACME}/prototypes`, { role: 'read', delegate })).body.id
  const made = await root.post('/api/v1/user/apptoken', { title: 'laptop' }).expect(200)
  appToken = made.body.token.uuid
})

afterAll(() => stage.close())

afterEach(() => repairAuditLog(stage.db))

/** All that the database holds, as text. */
async function allRows() {
  const tables = await stage.db.$queryRawUnsafe<{ name: string }[]>(`
    SELECT tablename AS name FROM pg_tables
    WHERE schemaname = current_schema() AND NOT starts_with(tablename, '_')`)
  const queries = tables.map(
    ({ name }) => `SELECT '${name}' AS name, t::text AS row FROM ${name} t`,
  )
  return stage.db.$queryRawUnsafe(`${queries.join(' UNION ALL ')} ORDER BY 1, 2`)
}

const details = { name: 'other', redirect_uri: '', application_uri: '' }
const user = '/api/v1/superuser/users/carol'
const repository = { namespace: 'acme', repository: 'new', visibility: 'private', description: '' }

it.each<[string, () => PromiseLike<{ status: number }>]>([
  ['a name is released', () => root.delete('/api/v1/superuser/retired-names/given-up')],
  ['a user is made', () => root.post('/api/v1/superuser/users/', { username: 'dave' })],
  ['a user is changed', () => root.put(user, { enabled: false, password: 'another-password' })],
  ['a user is deleted', () => root.delete(user)],
  ['an organization is changed', () => root.put(ACME, { email: 'a@example.com' })],
  [
    'an organization is renamed',
    () => root.put('/api/v1/superuser/organizations/acme', { name: 'acme2' }),
  ],
  ['an organization is deleted', () => root.delete(ACME)],
  ['a team is made', () => root.put(`${ACME}/team/new`, { role: 'member' })],
  ['a team is changed', () => root.put(DEVS, { role: 'creator', description: 'd' })],
  ['a team is deleted', () => root.delete(DEVS)],
  ['a member joins', () => root.put(`${DEVS}/members/carol`)],
  ['a member leaves', () => root.delete(`${DEVS}/members/bob`)],
  ['a member is taken out', () => root.delete(`${ACME}/members/bob`)],
  ['a repository is made', () => root.post('/api/v1/repository', repository)],
  ['a repository is described', () => root.put(WEB, { description: 'd' })],
  ['a repository is shown', () => root.post(`${WEB}/changevisibility`, { visibility: 'public' })],
  ['a repository is deleted', () => root.delete(WEB)],
  ['a role is given', () => root.put(`${WEB}/permissions/user/carol`, { role: 'read' })],
  ['a role is taken', () => root.delete(`${WEB}/permissions/user/bob`)],
  ['a team is given a role', () => root.put(`${WEB}/permissions/team/owners`, { role: 'read' })],
  ['the role of a team is taken', () => root.delete(`${WEB}/permissions/team/devs`)],
  [
    'a default permission is made',
    () =>
      root.post(`${ACME}/prototypes`, { role: 'read', delegate: { kind: 'team', name: 'devs' } }),
  ],
  [
    'a default permission is changed',
    () => root.put(`${ACME}/prototypes/${prototype}`, { role: 'write' }),
  ],
  ['a default permission is deleted', () => root.delete(`${ACME}/prototypes/${prototype}`)],
  ['an application is made', () => root.post(`${ACME}/applications`, { name: 'new' })],
  ['an application is changed', () => root.put(application, details)],
  ['an application is deleted', () => root.delete(application)],
  ['a client secret is replaced', () => root.post(`${application}/resetclientsecret`)],
  [
    'a token of an application is made',
    () => root.post(`${application}/tokens`, { name: 'two', scope: 'org:admin' }),
  ],
  [
    'a token of an application is ended',
    () => root.delete(`${application}/tokens/${ofApplication}`),
  ],
  ['a token of a user is ended', () => root.delete(`/api/v1/user/tokens/${ofUser}`)],
  ['an app specific token is made', () => root.post('/api/v1/user/apptoken', { title: 'new' })],
  ['an app specific token is ended', () => root.delete(`/api/v1/user/apptoken/${appToken}`)],
  ['a record is made', () => root.put(`${ACME}/issuers/new`, { issuer: 'https://b', jwks })],
  ['a record is changed', () => root.put(`${ACME}/issuers/cluster`, { issuer: 'https://c', jwks })],
  ['a record is deleted', () => root.delete(`${ACME}/issuers/cluster`)],
])('not even where %s', async (_, change) => {
  const before = await allRows()
  await breakAuditLog(stage.db)
  expect((await change()).status).toBe(500)
  expect(await allRows()).toEqual(before)
})
