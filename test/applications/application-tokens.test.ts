import { randomUUID } from 'node:crypto'
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { LONGEST_API_TOKEN } from '../../src/domain/api-token-life.ts'
import { MOST } from '../../src/domain/fixed-limits.ts'
import { apiError, type Client, invalidRequest } from '../helpers/api.ts'
import { auditEntries, namespaceId, snapshot } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const APPLICATIONS = '/api/v1/organization/acme/applications'

let stage: Stage
let alice: Client
let now = Date.parse('2026-11-23T12:00:00Z')
let id: string
let path: string

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: () => new Date(now) } })
  await stage.people('alice')
  await stage.organization('acme')
  alice = stage.api.as(await stage.token('alice', ['org:admin', 'user:admin'], LONGEST_API_TOKEN))
})

afterAll(() => stage.close())

beforeEach(async () => {
  const { body } = await alice.post(APPLICATIONS, { name: 'ci', scopes: ['org:admin'] })
  id = body.client_id
  path = `${APPLICATIONS}/${id}/tokens`
})

const mint = async (body: object = {}) =>
  (await alice.post(path, { name: 't', scope: 'org:admin', ...body }).expect(200)).body
const asApplication = async () => {
  const { body: application } = await alice.get(`${APPLICATIONS}/${id}`)
  const { body } = await stage.api
    .call('post', '/oauth/token')
    .auth(id, application.client_secret)
    .type('form')
    .send({ grant_type: 'client_credentials' })
  return stage.api.as(body.access_token)
}

describe('a token that a user makes for an application', () => {
  it('lives as long as asked, a year at most unless the operator lets it live longer', async () => {
    const { created, expires_at, token } = await mint({ expiration: 60 })
    expect([created, expires_at]).toEqual(
      [now, now + 60_000].map((time) => new Date(time).toISOString().replace('Z', '000Z')),
    )
    await stage.api.as(token).get(APPLICATIONS).expect(200)
    now += 60_000
    await stage.api.as(token).get(APPLICATIONS).expect(401)
    // A minute has passed since the token at hand was made.
    const longest = new Date(now - 60_000 + 365 * 86_400_000).toISOString().replace('Z', '000Z')
    expect((await mint({ expiration: LONGEST_API_TOKEN + 1 })).expires_at).toBe(longest)
    expect((await mint()).expires_at).toBe(longest)
  })

  it('shows when it was last used', async () => {
    const { token, uuid } = await mint()
    const lastUse = async () =>
      (await alice.get(path)).body.tokens.map((listed: Record<string, string>) => [
        listed.uuid,
        listed.last_accessed,
      ])
    expect(await lastUse()).toEqual([[uuid, null]])
    await stage.api.as(token).get(APPLICATIONS)
    expect(await lastUse()).toEqual([[uuid, new Date(now).toISOString().replace('Z', '000Z')]])
  })

  it('carries the name without spaces around it', async () => {
    expect((await mint({ name: ' x ' })).name).toBe('x')
  })

  it('dies with the user', async () => {
    await stage.people('carol')
    const { token } = await mint()
    await stage.db.oAuthToken.updateMany({
      where: { name: 't', application: { clientId: id } },
      data: { userId: await namespaceId(stage.db, 'carol') },
    })
    await stage.api.as(token).get(APPLICATIONS).expect(403)
    await stage.db.namespace.delete({ where: { name: 'carol' } })
    await stage.api.as(token).get(APPLICATIONS).expect(401)
    expect((await alice.get(path)).body).toEqual({ tokens: [] })
  })
})

it('cannot be made by an application, which is no user', async () => {
  const application = await asApplication()
  await application.get(path).expect(200)
  const before = await snapshot(stage.db)
  const { status, body } = await application.post(path, { name: 't', scope: 'org:admin' })
  expect([status, body]).toEqual([403, apiError(stage.url, 'insufficient_scope')])
  expect(await snapshot(stage.db)).toEqual(before)
})

it('does not list what the application got for itself, but ends it by its id', async () => {
  const application = await asApplication()
  const { id: uuid } = await stage.db.oAuthToken.findFirstOrThrow({
    where: { userId: null, application: { clientId: id } },
  })
  expect((await alice.get(path)).body).toEqual({ tokens: [] })
  await alice.delete(`${path}/${uuid}`).expect(204)
  await application.get(path).expect(401)
})

it('lists a hundred at a time, and none that has expired', async () => {
  const { uuid: old } = await mint({ expiration: 1 })
  const ids = await insertTokens(101)
  now += 1000
  const uuids = (body: { tokens: { uuid: string }[] }) => body.tokens.map(({ uuid }) => uuid)
  const { body: first } = await alice.get(path)
  const { body: second } = await alice.get(`${path}?next_page=${first.next_page}`)
  expect([...uuids(first), ...uuids(second)]).toEqual(ids)
  expect(uuids(first)).toHaveLength(100)
  expect(second).not.toHaveProperty('next_page')

  await mint()
  expect(await stage.db.oAuthToken.findUnique({ where: { id: old } })).toBeNull()
})

it('has a bound per application, which expired tokens do not count for', async () => {
  await insertTokens(MOST.applicationTokens - 1)
  await mint({ expiration: 1 })
  const { status, body } = await alice.post(path, { name: 't', scope: 'org:admin' })
  expect(status).toBe(400)
  expect(body.message).toMatch(/^Token limit reached: /)
  now += 1000
  await mint()
})

it('ends tokens of the application in the path only', async () => {
  const { uuid, token } = await mint()
  const { body: other } = await alice.post(APPLICATIONS, { name: 'other' })
  for (const wrong of [
    `${APPLICATIONS}/${other.client_id}/tokens/${uuid}`,
    `${path}/${randomUUID()}`,
    `${path}/nonsense`,
    `${path}/%00`,
  ]) {
    const { status, body } = await alice.delete(wrong)
    expect([status, body]).toEqual([404, apiError(stage.url, 'not_found')])
  }
  await stage.api.as(token).get(APPLICATIONS).expect(200)
})

it.each([
  {},
  { name: 't', scope: 'org:admin', expiration: 1.5 },
  { name: 't', scope: 'org:admin', expiration: -1 },
  { name: 't', scope: 'org:admin', expiration: '60' },
  { name: 'x'.repeat(256), scope: 'org:admin' },
  { name: '', scope: 'org:admin' },
  { name: 't', scope: ['org:admin'] },
  { name: 't\0', scope: 'org:admin' },
])('refuses %j', async (sent) => {
  const { status, body } = await alice.post(path, sent)
  expect([status, body]).toEqual([400, invalidRequest(stage.url)])
})

it('refuses a scope that is empty', async () => {
  const { status, body } = await alice.post(path, { name: 't', scope: '' })
  expect([status, body]).toEqual([400, { message: 'Invalid scope: ' }])
})

it('writes what was done to the log of the organization, without the token', async () => {
  const { uuid, token } = await mint({ name: 'logged', expiration: 60 })
  now += 1
  await alice.delete(`${path}/${uuid}`).expect(204)
  const entries = (await auditEntries(stage.db)).filter(
    ({ metadata }) => (metadata as { token_uuid?: string }).token_uuid === uuid,
  )
  expect(entries).toMatchObject([
    {
      kind: 'create_oauth_api_token',
      namespaceName: 'acme',
      performerName: 'alice',
      metadata: { client_id: id, token_name: 'logged', scopes: ['org:admin'] },
    },
    {
      kind: 'revoke_oauth_api_token',
      namespaceName: 'acme',
      performerName: 'alice',
      metadata: { client_id: id, token_name: 'logged' },
    },
  ])
  expect(JSON.stringify(entries)).not.toContain(token)
})

/** Tokens of alice that live long; their ids, in order. */
async function insertTokens(count: number) {
  const userId = await namespaceId(stage.db, 'alice')
  const { id: applicationId } = await stage.db.oAuthApplication.findUniqueOrThrow({
    where: { clientId: id },
  })
  const ids = Array.from({ length: count }, () => v7())
  await stage.db.oAuthToken.createMany({
    data: ids.map((tokenId) => ({
      id: tokenId,
      userId,
      applicationId,
      digest: Buffer.from(tokenId),
      name: 'many',
      scopes: [],
      createdAt: new Date(now),
      expiresAt: new Date(now + 86_400_000),
    })),
  })
  return ids
}

it('has a bound per user over all applications, as a token ends together with what it made', async () => {
  const userId = await namespaceId(stage.db, 'alice')
  const rows = Array.from({ length: 10_000 }, () => ({
    ...{ id: v7(), userId, digest: Buffer.from(randomUUID()), scopes: ['user:read'] },
    ...{ createdAt: new Date(now), expiresAt: new Date(now + 86_400_000) },
  }))
  await stage.db.oAuthToken.createMany({ data: rows })
  const { status, body } = await alice.post(path, { name: 't', scope: 'org:admin' })
  expect([status, body]).toEqual([
    400,
    { message: 'Token limit reached: a user can have 10000 tokens' },
  ])
  await stage.db.oAuthToken.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } })
  await alice.post(path, { name: 't', scope: 'org:admin' }).expect(200)
})
