import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apiError, type Client, invalidRequest } from '../helpers/api.ts'
import { auditEntries } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const OWN = '/api/v1/user/tokens'
const of = (name: string) => `/api/v1/superuser/users/${name}/tokens`
const APPLICATIONS = '/api/v1/organization/acme/applications'

let stage: Stage
let now = Date.parse('2026-11-23T12:00:00Z')
let alice: Client
let root: Client

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: () => new Date(now) } })
  await stage.people('alice', 'bob')
  await stage.superusers('root', 'other')
  await stage.organization('acme')
})

afterAll(() => stage.close())

beforeEach(async () => {
  await stage.db.oAuthToken.deleteMany()
  alice = await stage.client('alice', 'user:admin', 'org:admin')
  root = await stage.client('root', 'super:user', 'user:admin')
})

const list = async (client: Client, path: string) =>
  (await client.get(path).expect(200)).body.tokens

it('lists all tokens of the user, with what made them, and no secret', async () => {
  const { body: application } = await alice.post(APPLICATIONS, { name: 'ci' })
  const { client_id } = application
  const tokens = `${APPLICATIONS}/${client_id}/tokens`
  const made = (await alice.post(tokens, { name: 'job', scope: 'org:admin' }).expect(200)).body
  const expired = await stage.token('alice', ['user:admin'], 1)
  now += 1000
  for (const [client, path] of [
    [alice, OWN],
    [root, of('alice')],
  ] as const) {
    const { text, body } = await client.get(path).expect(200)
    const [first, second] = body.tokens
    expect(body.tokens).toHaveLength(2)
    expect(first).toMatchObject({ name: 'test', made_by: null, application: null })
    expect(second).toMatchObject({
      ...{ uuid: made.uuid, name: 'job', scope: 'org:admin', made_by: first.uuid },
      application: { client_id, name: 'ci', organization: 'acme' },
    })
    for (const secret of [made.token, expired]) expect(text).not.toContain(secret)
  }
})

it('lists tokens that have a text in their names', async () => {
  for (const name of ['Laptop', 'desktop', 'top of all', 'phone']) {
    await alice.post(OWN, { name, scope: 'user:admin' }).expect(201)
  }
  for (const [client, path] of [
    [alice, OWN],
    [root, of('alice')],
  ] as const) {
    const named = async (q: string) =>
      (await list(client, `${path}?q=${q}`)).map(({ name }: { name: string }) => name)
    for (const q of ['top', 'TOP']) {
      expect(await named(q)).toEqual(['Laptop', 'desktop', 'top of all'])
    }
    expect(await named('')).toEqual(['test', 'Laptop', 'desktop', 'top of all', 'phone'])
    expect(await named('%25')).toEqual([])
  }
})

it('ends a token by its id, and what it made, with an entry', async () => {
  const parent = await stage.token('alice', ['org:admin'])
  const { body: application } = await alice.post(APPLICATIONS, { name: 'ci' })
  const tokens = `${APPLICATIONS}/${application.client_id}/tokens`
  const { body: child } = await stage.api
    .as(parent)
    .post(tokens, { name: 'job', scope: 'org:admin' })
  const [, { uuid }] = await list(alice, OWN)
  await stage.clearLog()
  await alice.delete(`${OWN}/${uuid}`).expect(204)
  for (const token of [parent, child.token]) await stage.api.as(token).get(tokens).expect(401)
  expect(await auditEntries(stage.db)).toMatchObject([
    { kind: 'revoke_oauth_api_token', namespaceName: 'alice', performerName: 'alice' },
  ])
  await alice.delete(`${OWN}/${uuid}`).expect(404)
})

describe('nobody ends tokens of others', () => {
  it.each(['00000000-0000-0000-0000-000000000000', 'none', '%00', 'the one of bob'])(
    'named %s',
    async (name) => {
      const token = await stage.token('bob', ['user:admin'])
      const [{ uuid }] = await list(stage.api.as(token), OWN)
      const id = name === 'the one of bob' ? uuid : name
      const { status, body } = await alice.delete(`${OWN}/${id}`)
      expect([status, body]).toEqual([404, apiError(stage.url, 'not_found')])
      await stage.api.as(token).get(OWN).expect(200)
    },
  )

  it('but superusers, and they not those of one another', async () => {
    const token = await stage.token('bob', ['user:admin'])
    const [{ uuid }] = await list(root, of('bob'))
    await alice.delete(`${of('bob')}/${uuid}`).expect(403)
    await root.delete(`${of('alice')}/${uuid}`).expect(404)
    await root.delete(`${of('bob')}/${uuid}`).expect(204)
    await stage.api.as(token).get(OWN).expect(401)
    await stage.token('other', ['super:user'])
    const [other] = await list(root, of('other'))
    const { status, body } = await root.delete(`${of('other')}/${other.uuid}`)
    const words = 'Cannot end a token of another superuser'
    expect([status, body]).toEqual([400, invalidRequest(stage.url, words)])
    const [own] = await list(root, of('root'))
    await root.delete(`${of('root')}/${own.uuid}`).expect(204)
  })
})

it('needs the scope, and a user who exists', async () => {
  await (await stage.client('alice', 'org:admin')).get(OWN).expect(403)
  await (await stage.client('root', 'user:admin')).get(of('bob')).expect(403)
  await root.get(of('nobody')).expect(404)
  await root.get(of('acme')).expect(404)
})

it('lists a hundred at a time', async () => {
  for (let n = 0; n < 100; n++) await stage.token('alice', ['user:read'])
  const { body: first } = await alice.get(OWN)
  const { body: second } = await alice.get(`${OWN}?next_page=${first.next_page}`)
  expect([first.tokens.length, second.tokens.length]).toEqual([100, 1])
  expect(second).not.toHaveProperty('next_page')
})

it('shows an administrator who made an application, and what this got for itself, where asked for', async () => {
  const wanted = { name: 'ci', scopes: ['org:admin'] }
  const { body: made } = await alice.post(APPLICATIONS, wanted).expect(200)
  expect(made).not.toHaveProperty('created_by')
  const path = `${APPLICATIONS}/${made.client_id}`
  expect((await alice.get(`${path}?details=true`)).body.created_by).toBe('alice')
  const { body: all } = await alice.get(`${APPLICATIONS}?details=true`)
  expect(all.applications.at(-1)).toMatchObject({ created_by: 'alice' })
  const grant = { grant_type: 'client_credentials' }
  await stage.api
    .call('post', '/oauth/token')
    .auth(made.client_id, made.client_secret)
    .type('form')
    .send(grant)
    .expect(200)
  expect(await list(alice, `${path}/tokens`)).toEqual([])
  const [own] = await list(alice, `${path}/tokens?details=true`)
  expect(own).toMatchObject({ name: 'client_credentials', created_by: null, made_by: null })
  await alice.delete(`${path}/tokens/${own.uuid}`).expect(204)
})
