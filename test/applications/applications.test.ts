import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MOST } from '../../src/domain/fixed-limits.ts'
import { apiError, type Client, invalidRequest } from '../helpers/api.ts'
import { auditEntries, namespaceId, snapshot } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const PATH = '/api/v1/organization/acme/applications'

let stage: Stage
/** Holds all that an administrator of an organization can use. */
let alice: Client
/** The same user through a token that does less. */
let narrow: Client
let mallory: Client

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice', 'bob', 'mallory')
  await stage.organization('acme')
  await stage.organization('evil', 'mallory')
  await stage.team('acme', { name: 'makers', role: 'creator', members: ['bob'] })
  alice = await stage.client('alice', 'org:admin', 'repo:read', 'repo:write')
  narrow = await stage.client('alice', 'org:admin')
  mallory = await stage.client('mallory', 'org:admin', 'repo:write')
})

afterAll(() => stage.close())

const create = async (body: object = {}) =>
  (await alice.post(PATH, { name: 'ci', ...body }).expect(200)).body
const token = (id: string, secret: string) =>
  stage.api
    .call('post', '/oauth/token')
    .auth(id, secret)
    .type('form')
    .send({ grant_type: 'client_credentials' })

it('makes client ids and secrets as Quay does, and keeps the secret sealed', async () => {
  const made = await create()
  expect(made.client_id).toMatch(/^[A-Z0-9]{20}$/)
  expect(made.client_secret).toMatch(/^[A-Z0-9]{40}$/)
  const row = await stage.db.oAuthApplication.findUniqueOrThrow({
    where: { clientId: made.client_id },
  })
  expect(Buffer.from(row.secretSealed ?? []).includes(made.client_secret)).toBe(false)
})

describe('scopes', () => {
  it('are none unless given, and shown where there are any', async () => {
    expect(await create()).not.toHaveProperty('scopes')
    const made = await create({ scopes: ['org:admin', 'repo:read', 'org:admin'] })
    expect(made.scopes).toEqual(['org:admin', 'repo:read'])
    expect((await create({ scopes: 'org:admin repo:read' })).scopes).toEqual(made.scopes)
  })

  it('stay as they are unless an update names them', async () => {
    const { client_id: id } = await create({ scopes: ['repo:read'] })
    const details = { name: 'ci', redirect_uri: '', application_uri: '' }
    expect((await alice.put(`${PATH}/${id}`, details)).body.scopes).toEqual(['repo:read'])
    const changed = await alice.put(`${PATH}/${id}`, { ...details, scopes: ['org:admin'] })
    expect(changed.body.scopes).toEqual(['org:admin'])
    const cleared = await alice.put(`${PATH}/${id}`, { ...details, scopes: [] })
    expect(cleared.body).not.toHaveProperty('scopes')
  })

  it('come with a new secret where there are new ones, more or fewer', async () => {
    const { client_id: id, client_secret: first } = await create({ scopes: ['repo:read'] })
    const details = { name: 'ci', redirect_uri: '', application_uri: '' }
    const change = async (...scopes: string[]) =>
      (await alice.put(`${PATH}/${id}`, { ...details, scopes }).expect(200)).body.client_secret
    const second = await change('repo:write')
    expect(second).not.toBe(first)
    expect(await change('repo:write')).toBe(second)
    const third = await change('repo:write', 'org:admin')
    expect(third).not.toBe(second)
    expect(await change('org:admin')).toBe(third)
    expect(await change()).toBe(third)
  })

  it('are never more than the token of the caller holds', async () => {
    const { client_id: id } = await create()
    const details = { name: 'x', redirect_uri: '', application_uri: '', scopes: ['repo:write'] }
    const before = await snapshot(stage.db)
    for (const call of [narrow.post(PATH, details), narrow.put(`${PATH}/${id}`, details)]) {
      const { status, body } = await call
      expect([status, body]).toEqual([403, apiError(stage.url, 'insufficient_scope')])
    }
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it('hide the secret from a token that holds less, and keep it from making a new one', async () => {
    const { client_id: id, client_secret: secret } = await create({ scopes: ['repo:write'] })
    expect((await narrow.get(`${PATH}/${id}`)).body.client_secret).toBeNull()
    const { applications } = (await narrow.get(PATH)).body
    expect(applications.find(({ client_id }: { client_id: string }) => client_id === id)).toEqual(
      expect.objectContaining({ client_secret: null, scopes: ['repo:write'] }),
    )
    await narrow.post(`${PATH}/${id}/resetclientsecret`).expect(403)
    expect((await alice.get(`${PATH}/${id}`)).body.client_secret).toBe(secret)
  })
})

it('makes a new secret, with which the old one and what it got end', async () => {
  const made = await create({ scopes: ['org:admin'] })
  const { body: old } = await token(made.client_id, made.client_secret).expect(200)
  const asApplication = stage.api.as(old.access_token)
  await asApplication.get(PATH).expect(200)

  const { body } = await alice.post(`${PATH}/${made.client_id}/resetclientsecret`).expect(200)
  expect(body).toEqual({ ...made, client_secret: expect.stringMatching(/^[A-Z0-9]{40}$/) })
  expect(body.client_secret).not.toBe(made.client_secret)
  await asApplication.get(PATH).expect(401)
  await token(made.client_id, made.client_secret).expect(401)
  await token(made.client_id, body.client_secret).expect(200)
})

it('leaves the tokens that users made for it, whatever becomes of its secret and scopes', async () => {
  const { client_id: id } = await create({ scopes: ['org:admin', 'repo:read'] })
  const wanted = { name: 'mine', scope: 'org:admin repo:read' }
  const { body: mine } = await alice.post(`${PATH}/${id}/tokens`, wanted).expect(200)
  await alice.post(`${PATH}/${id}/resetclientsecret`).expect(200)
  const details = { name: 'ci', redirect_uri: '', application_uri: '', scopes: ['repo:read'] }
  await alice.put(`${PATH}/${id}`, details).expect(200)
  await stage.api.as(mine.token).get(PATH).expect(200)
})

it('has a bound per organization', async () => {
  await stage.organization('full')
  const organizationId = await namespaceId(stage.db, 'full')
  await stage.db.oAuthApplication.createMany({
    data: Array.from({ length: MOST.applications - 1 }, (_, i) => ({
      id: randomUUID(),
      namespaceId: organizationId,
      clientId: `F${String(i).padStart(19, '0')}`,
      name: 'one of many',
      createdAt: new Date(),
    })),
  })
  const make = () => alice.post('/api/v1/organization/full/applications', { name: 'x' })
  const answers = await Promise.all([make(), make(), make()])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400])
  const refused = answers.find(({ status }) => status === 400)
  expect(refused?.body.message).toMatch(/^Application limit reached: .* 1000 applications$/)
})

it('lists a hundred at a time in the order of their creation', async () => {
  await stage.organization('many')
  const path = '/api/v1/organization/many/applications'
  const organizationId = await namespaceId(stage.db, 'many')
  const ids = Array.from({ length: 101 }, (_, i) => `C${String(i).padStart(19, '0')}`)
  await stage.db.oAuthApplication.createMany({
    data: ids.map((clientId, i) => ({
      id: `00000000-0000-7000-8000-${String(i).padStart(12, '0')}`,
      namespaceId: organizationId,
      clientId,
      name: clientId,
      createdAt: new Date(),
    })),
  })
  const names = (body: { applications: { name: string }[] }) =>
    body.applications.map(({ name }) => name)
  const { body: first } = await alice.get(path)
  const { body: second } = await alice.get(`${path}?next_page=${first.next_page}`)
  expect(names(first)).toEqual(ids.slice(0, 100))
  expect(names(second)).toEqual(ids.slice(100))
  expect(second).not.toHaveProperty('next_page')
  for (const bad of ['x', Buffer.from('a').toString('base64url')]) {
    const { status, body } = await alice.get(`${path}?next_page=${bad}`)
    expect([status, body]).toEqual([400, invalidRequest(stage.url)])
  }
})

it('lists those that have a text in their names', async () => {
  await stage.organization('named')
  const path = '/api/v1/organization/named/applications'
  for (const name of ['Terraform', 'ansible', 'Form of all']) await alice.post(path, { name })
  const named = async (q: string) =>
    (await alice.get(`${path}?q=${q}`).expect(200)).body.applications.map(
      ({ name }: { name: string }) => name,
    )
  expect(await named('form')).toEqual(['Terraform', 'Form of all'])
  expect(await named('FORM')).toEqual(['Terraform', 'Form of all'])
  expect(await named('')).toEqual(['Terraform', 'ansible', 'Form of all'])
  expect(await named('%25')).toEqual([])
  expect((await mallory.get(`${path}?q=form`)).status).toBe(403)
})

it('finds applications in their own organization only', async () => {
  const { client_id: id } = await create()
  const foreign = `/api/v1/organization/evil/applications/${id}`
  const details = { name: 'mine', redirect_uri: '', application_uri: '' }
  const before = await snapshot(stage.db)
  for (const call of [
    mallory.get(foreign),
    mallory.put(foreign, details),
    mallory.delete(foreign),
    mallory.post(`${foreign}/resetclientsecret`),
    alice.get(`${PATH}/${id.toLowerCase()}`),
    alice.get(`${PATH}/%00`),
  ]) {
    const { status, body } = await call
    expect([status, body]).toEqual([404, apiError(stage.url, 'not_found')])
  }
  expect(await snapshot(stage.db)).toEqual(before)
})

it('is for administrators', async () => {
  const { client_id: id } = await create()
  const bob = await stage.client('bob', 'org:admin', 'repo:create')
  const reader = await stage.client('alice', 'repo:create', 'user:admin')
  for (const client of [bob, mallory, reader]) {
    await client.get(PATH).expect(403)
    await client.post(PATH, { name: 5 }).expect(403)
    await client.put(`${PATH}/${id}`, {}).expect(403)
    await client.delete(`${PATH}/${id}`).expect(403)
    await client.post(`${PATH}/${id}/resetclientsecret`).expect(403)
  }
})

it.each([
  {},
  { name: '' },
  { name: ' ' },
  { name: null },
  { name: 'x'.repeat(256) },
  { name: 'a\0b' },
  { name: 'x', description: 5 },
  { name: 'x', redirect_uri: 'y'.repeat(2049) },
  { name: 'x', scopes: ['org:admin', 'nothing'] },
  { name: 'x', scopes: 'nothing' },
  { name: 'x', scopes: [5] },
  { name: 'x', scopes: null },
])('refuses %j', async (body) => {
  const answer = await alice.post(PATH, body)
  expect([answer.status, answer.body]).toEqual([400, invalidRequest(stage.url)])
})

it('needs the addresses in an update, as Quay does', async () => {
  const { client_id: id } = await create()
  await alice.put(`${PATH}/${id}`, { name: 'x', redirect_uri: '' }).expect(400)
  await alice.put(`${PATH}/${id}`, { name: 'x', application_uri: '' }).expect(400)
  await alice.put(`${PATH}/${id}`).expect(415)
})

it('tells anybody what an application is, without what is the organization’s own', async () => {
  const made = await create({ description: 'd', application_uri: 'https://ci.example' })
  const url = `/api/v1/app/${made.client_id}`
  const { body } = await stage.api.as().get(url).expect(200)
  expect(body).toEqual({
    name: 'ci',
    description: 'd',
    uri: 'https://ci.example',
    avatar: expect.objectContaining({ name: 'ci', kind: 'app' }),
    organization: expect.objectContaining({
      name: 'acme',
      email: '',
      is_admin: false,
      is_member: false,
      teams: {},
      ordered_teams: [],
    }),
  })
  expect((await alice.get(url)).body.organization.is_admin).toBe(true)
  await stage.api.as().get('/api/v1/app/NOPE').expect(404)
})

it('does not show the application that the first user gets', async () => {
  const userId = await namespaceId(stage.db, 'bob')
  await stage.db.oAuthApplication.create({
    data: {
      id: crypto.randomUUID(),
      namespaceId: userId,
      clientId: 'bob',
      name: 'automation',
      createdAt: new Date(),
    },
  })
  await stage.api.as().get('/api/v1/app/bob').expect(404)
  await token('bob', 'A'.repeat(40)).expect(401)
})

it('writes what was done to the log of the organization, without the secret', async () => {
  const { client_id: id, client_secret: secret } = await create({ scopes: ['org:admin'] })
  const details = { name: 'new', redirect_uri: 'r', application_uri: 'u' }
  await alice.put(`${PATH}/${id}`, details)
  const { body } = await alice.post(`${PATH}/${id}/resetclientsecret`)
  await alice.delete(`${PATH}/${id}`)

  const entries = (await auditEntries(stage.db)).filter(
    ({ metadata }) => (metadata as { client_id?: string }).client_id === id,
  )
  expect(
    entries.map(({ kind, namespaceName, performerName }) => [kind, namespaceName, performerName]),
  ).toEqual(
    [
      'create_application',
      'update_application',
      'reset_application_client_secret',
      'delete_application',
    ].map((kind) => [kind, 'acme', 'alice']),
  )
  expect(entries[0]?.metadata).toMatchObject({ application_name: 'ci', scopes: ['org:admin'] })
  expect(entries[1]?.metadata).toMatchObject({ application_name: 'new', redirect_uri: 'r' })
  const written = JSON.stringify(entries)
  for (const text of [secret, body.client_secret]) expect(written).not.toContain(text)
})

it('gets a new secret with scopes that it had not', async () => {
  const made = await create({ scopes: ['org:admin'] })
  const path = `${PATH}/${made.client_id}`
  const details = { name: 'grows', redirect_uri: '', application_uri: '' }
  const secretAfter = async (scopes: string[]) =>
    (await alice.put(path, { ...details, scopes }).expect(200)).body.client_secret
  const grown = await secretAfter(['org:admin', 'repo:read'])
  expect(grown).not.toBe(made.client_secret)
  expect(await secretAfter(['repo:read'])).toBe(grown)
})
