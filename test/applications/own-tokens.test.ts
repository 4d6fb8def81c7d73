import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { LONGEST_API_TOKEN } from '../../src/domain/api-token-life.ts'
import { SCOPES } from '../../src/domain/scopes.ts'
import { apiError, type Client, invalidRequest } from '../helpers/api.ts'
import { auditEntries, snapshot } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// A user makes API tokens with the one at hand.

const TOKENS = '/api/v1/user/tokens'
const DAY = 86_400

let stage: Stage
const now = Date.parse('2026-11-23T12:00:00Z')
let parent: string
let alice: Client

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: () => new Date(now) } })
  await stage.people('alice')
})

afterAll(() => stage.close())

beforeEach(async () => {
  await stage.db.oAuthToken.deleteMany()
  await stage.clearLog()
  parent = await stage.token('alice', ['user:admin', 'repo:read'], DAY)
  alice = stage.api.as(parent)
})

const at = (seconds: number) => new Date(now + seconds * 1000).toISOString().replace('Z', '000Z')
const make = (body: object, client = alice) =>
  client.post(TOKENS, { name: 'laptop', scope: 'user:admin', ...body })
const listed = async () => (await alice.get(TOKENS).expect(200)).body.tokens

it('makes a token, shows it once, and lists it with who made it', async () => {
  const [{ uuid }] = await listed()
  const scope = 'repo:read user:admin'
  const { body, headers } = await make({ name: ' laptop ', scope, expires_in: '1h' }).expect(201)
  const { token, ...rest } = body
  expect(rest).toEqual({
    uuid: expect.any(String),
    name: 'laptop',
    scope,
    created: at(0),
    expires_at: at(3600),
    last_accessed: null,
    made_by: uuid,
    application: null,
  })
  expect(headers['cache-control']).toBe('no-store')
  expect((await listed())[1]).toEqual(rest)
  const { tokens } = (await stage.api.as(token).get(TOKENS).expect(200)).body
  expect(JSON.stringify(tokens)).not.toContain(token)
  expect((await listed())[1].last_accessed).toBe(at(0))
})

it('stands in the log of the user, with the token that made it', async () => {
  const [{ uuid: parentId }] = await listed()
  await stage.clearLog()
  const { body } = await make({ expires_in: 60 })
  expect(await auditEntries(stage.db)).toMatchObject([
    {
      kind: 'create_oauth_api_token',
      namespaceName: 'alice',
      performerName: 'alice',
      tokenId: parentId,
      metadata: {
        ...{ token_uuid: body.uuid, token_name: 'laptop', scopes: ['user:admin'] },
        ...{ expires_at: new Date(now + 60_000).toISOString(), made_with: 'api_token' },
      },
    },
  ])
})

it('lives as long as the token that made it, where nothing else is asked for, and ends with it', async () => {
  const { body: child } = await make({}).expect(201)
  expect(child.expires_at).toBe(at(DAY))
  const { body: grandchild } = await make({}, stage.api.as(child.token)).expect(201)
  await alice.delete(`${TOKENS}/${child.uuid}`).expect(204)
  for (const { token } of [child, grandchild]) await stage.api.as(token).get(TOKENS).expect(401)
})

it.each([['org:admin'], ['user:admin super:user'], [SCOPES.join(' ')]])(
  'has no scope that the token at hand has not: %s',
  async (scope) => {
    const before = await snapshot(stage.db)
    const { status, body } = await make({ scope })
    expect([status, body]).toEqual([403, apiError(stage.url, 'insufficient_scope')])
    expect(await snapshot(stage.db)).toEqual(before)
  },
)

it('is made by nobody whose token lacks user:admin, nor by an application', async () => {
  const reader = await stage.client('alice', 'repo:read')
  await make({ scope: 'repo:read' }, reader).expect(403)
  await stage.organization('acme')
  const admin = await stage.client('alice', 'user:admin', 'org:admin')
  const applications = '/api/v1/organization/acme/applications'
  const wanted = { name: 'ci', scopes: ['user:admin'] }
  const { body: made } = await admin.post(applications, wanted).expect(200)
  const grant = await stage.api
    .call('post', '/oauth/token')
    .auth(made.client_id, made.client_secret)
    .type('form')
    .send({ grant_type: 'client_credentials' })
  await make({}, stage.api.as(grant.body.access_token)).expect(403)
})

it('is one of 10,000 at most, of which those that have expired make room', async () => {
  const { id: userId } = await stage.db.namespace.findUniqueOrThrow({ where: { name: 'alice' } })
  await stage.db.oAuthToken.createMany({
    data: Array.from({ length: 9_999 }, (_, index) => ({
      ...{ id: randomUUID(), userId, digest: Buffer.from(`${index}`), scopes: ['user:admin'] },
      ...{ createdAt: new Date(now), expiresAt: new Date(now + 1000) },
    })),
  })
  const { status, body } = await make({})
  const message = 'Token limit reached: a user can have 10000 tokens'
  expect([status, body]).toEqual([400, { message }])
  await stage.db.oAuthToken.updateMany({
    where: { digest: Buffer.from('0') },
    data: { expiresAt: new Date(now) },
  })
  await make({}).expect(201)
  await make({}).expect(400)
})

describe('what cannot be is refused, with the limit and the way out', () => {
  it.each([
    [{ scope: 'everything' }, `Invalid scope: everything. Scopes are: ${SCOPES.join(' ')}`],
    [{ scope: '' }, `Invalid scope: . Scopes are: ${SCOPES.join(' ')}`],
    [
      { expires_in: '366d' },
      'API tokens live 31536000 seconds at most (limits.token_lifetime of this installation): ask for less',
    ],
    [
      { expires_in: DAY + 1 },
      'The token that makes it ends on 2026-11-24T12:00:00.000Z, and what it makes no later: ask for less, ' +
        'leave expires_in out, or send your name and password instead of the token',
    ],
  ])('%j', async (wrong, message) => {
    const before = await snapshot(stage.db)
    const { status, body } = await make(wrong)
    expect([status, body]).toEqual([400, { message }])
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it.each([
    [{ name: ' ' }, /name must not be empty/],
    [{ name: 'x'.repeat(256) }, /name must have at most 255 characters/],
    [{ expires_in: 0 }, /expires_in must be a duration such as 90d/],
    [{ expires_in: -1 }, /expires_in must be a duration such as 90d/],
    [{ expires_in: 'soon' }, /expires_in must be a duration such as 90d/],
    [{ expires_in: '2026-11-24' }, /expires_in must be a duration such as 90d/],
    [{ expires_in: LONGEST_API_TOKEN + 1 }, /expires_in must be a duration .* to ten years/],
    [{ expiration: 60 }, /unknown key 'expiration'/],
  ])('%j', async (wrong, words) => {
    const { status, body } = await make(wrong)
    expect([status, body]).toEqual([400, invalidRequest(stage.url, expect.stringMatching(words))])
  })
})
