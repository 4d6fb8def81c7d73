import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { sha256 } from './expected-avatar.ts'

// A hash of an address tells it to whoever guesses it: only who may see the address gets its hash.

const ACME = '/api/v1/organization/acme'
const EMAILS = ['alice@example.com', 'bob@example.com', 'acme@example.com', 'ci@example.com']

let stage: Stage
let admin: Client
let member: Client
let clientId: string

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice', 'bob', 'carol')
  await stage.superusers('root')
  admin = await stage.client('alice', 'org:admin', 'repo:admin', 'user:admin')
  member = await stage.client('bob', 'user:read', 'org:admin', 'repo:read')
  await admin.post('/api/v1/organization/', { name: 'acme', email: 'acme@example.com' }).expect(201)
  await admin.put(`${ACME}/team/devs`, { role: 'member' }).expect(200)
  await admin.put(`${ACME}/team/devs/members/bob`).expect(200)
  await stage.repository('acme/web', {}, 'public')
  for (const name of ['bob', 'carol']) {
    await admin
      .put(`/api/v1/repository/acme/web/permissions/user/${name}`, { role: 'read' })
      .expect(200)
  }
  const prototype = { role: 'read', delegate: { kind: 'user', name: 'bob' } }
  const activating = { ...prototype, activating_user: { name: 'alice' } }
  for (const body of [prototype, activating]) {
    await admin.post(`${ACME}/prototypes`, body).expect(200)
  }
  const application = { name: 'ci', avatar_email: 'ci@example.com' }
  clientId = (await admin.post(`${ACME}/applications`, application).expect(200)).body.client_id
})

afterAll(() => stage.close())

it.each([
  ['anybody', () => '/api/v1/users/alice'],
  ['anybody', () => ACME],
  ['anybody', () => `/api/v1/app/${clientId}`],
  ['member', () => '/api/v1/user/'],
  ['member', () => ACME],
  ['member', () => '/api/v1/entities/al'],
  ['member', () => '/api/v1/entities/acme?namespace=acme&includeOrgs=true'],
  ['member', () => `${ACME}/team/devs/members`],
  ['administrator', () => `${ACME}/members`],
  ['administrator', () => `${ACME}/members/bob`],
  ['administrator', () => `${ACME}/collaborators`],
  ['administrator', () => `${ACME}/prototypes`],
  ['administrator', () => `${ACME}/logs`],
  ['administrator', () => '/api/v1/repository/acme/web/permissions/user/'],
  ['administrator', () => '/api/v1/repository/acme/web/permissions/user/bob'],
])('%s: hashes no address of others in %s', async (who, path) => {
  const client = { anybody: stage.api.as(), member, administrator: admin }[who]
  const { text, status } = (await client?.get(path())) ?? {}
  expect(status).toBe(200)
  expect(text).toMatch(/"hash":"[0-9a-f]{64}"/)
  for (const email of EMAILS) expect(text).not.toContain(sha256(email))
})

it('hashes the name instead', async () => {
  const { body } = await stage.api.as().get('/api/v1/users/alice')
  expect(body.avatar.hash).toBe(sha256('alice'))
  expect((await stage.api.as().get(ACME)).body.avatar.hash).toBe(sha256('acme'))
})

it('hashes the address for who may see it', async () => {
  const { body: me } = await admin.get('/api/v1/user/')
  expect([me.email, me.avatar.hash]).toEqual([EMAILS[0], sha256(EMAILS[0] ?? '')])
  const { body: organization } = await admin.get(ACME)
  expect([organization.email, organization.avatar.hash]).toEqual([
    EMAILS[2],
    sha256(EMAILS[2] ?? ''),
  ])
  const root = await stage.client('root', 'super:user')
  const { body: bob } = await root.get('/api/v1/superuser/users/bob')
  expect([bob.email, bob.avatar.hash]).toEqual([EMAILS[1], sha256(EMAILS[1] ?? '')])
})
