import { randomUUID } from 'node:crypto'
import { decodeJwt } from 'jose'
import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MOST } from '../../src/domain/fixed-limits.ts'
import { apiError, type Client, invalidRequest } from '../helpers/api.ts'
import { auditEntries, namespaceId, setEnabled } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const PATH = '/api/v1/user/apptoken'

let stage: Stage
let alice: Client
let bob: Client
let now = Date.parse('2026-11-23T12:00:00Z')

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: () => new Date(now) } })
  await stage.people('alice', 'bob')
  await stage.organization('acme')
  await stage.repository('acme/web')
  alice = await stage.client('alice', 'user:admin', 'repo:admin')
  bob = await stage.client('bob', 'user:admin')
})

afterAll(() => stage.close())

const create = async (title = 'laptop') =>
  (await alice.post(PATH, { title }).expect(200)).body.token
const login = (code: string, scope = '') =>
  stage.api.call('get', `/v2/auth${scope && `?scope=${scope}`}`).auth('$app', code)
const refusal = (message: string) => ({
  errors: [{ code: 'UNAUTHORIZED', detail: {}, message }],
})

it('is kept sealed, and found by its digest', async () => {
  const { uuid, token_code: code } = await create()
  expect(code).toMatch(/^[A-Z0-9]{120}$/)
  const row = await stage.db.appToken.findUniqueOrThrow({ where: { id: uuid } })
  for (const column of [row.sealed, row.digest]) {
    expect(Buffer.from(column).includes(code)).toBe(false)
  }
})

describe('a log-in to the registry as $app', () => {
  it('has no rights that the API token lacked which made it', async () => {
    const readOnly = await stage.client('alice', 'user:admin', 'repo:read')
    const { body } = await readOnly.post(PATH, { title: 'reader' }).expect(200)
    const scope = 'repository:acme/web:pull,push'
    const { body: answer } = await login(body.token.token_code, scope).expect(200)
    expect(decodeJwt(answer.token)).toMatchObject({ access: [{ actions: ['pull'] }] })
    const none = await stage.client('alice', 'user:admin')
    const { body: weak } = await none.post(PATH, { title: 'weak' }).expect(200)
    const { body: nothing } = await login(weak.token.token_code, scope).expect(200)
    expect(decodeJwt(nothing.token)).toMatchObject({ access: [{ actions: [] }] })
  })

  it('is not shown to an API token that may do less', async () => {
    const { uuid } = await create()
    const weaker = await stage.client('alice', 'user:admin', 'repo:write')
    const { body } = await weaker.get(`${PATH}/${uuid}`).expect(403)
    expect(body).toEqual(apiError(stage.url, 'insufficient_scope'))
  })

  it('has the rights of the user', async () => {
    const { token_code: code } = await create()
    const { body } = await login(code, 'repository:acme/web:pull,push').expect(200)
    expect(decodeJwt(body.token)).toMatchObject({
      sub: 'alice',
      access: [{ type: 'repository', name: 'acme/web', actions: ['push', 'pull'] }],
    })
  })

  it('is noted, once a minute', async () => {
    const { uuid, token_code: code } = await create()
    const lastUse = async () => (await alice.get(`${PATH}/${uuid}`)).body.token.last_accessed
    await login(code).expect(200)
    const first = await lastUse()
    expect(first).toBe('Mon, 23 Nov 2026 12:00:00 -0000')
    now += 59_999
    await login(code)
    expect(await lastUse()).toBe(first)
    now += 1
    await login(code)
    expect(await lastUse()).toBe('Mon, 23 Nov 2026 12:01:00 -0000')
  })

  it('is refused for what is no token', async () => {
    const { token_code: code } = await create()
    for (const wrong of ['', 'WRONG', 'A'.repeat(120), code.toLowerCase(), `${code}A`]) {
      const { status, body } = await login(wrong)
      expect([status, body]).toEqual([401, refusal('Invalid token')])
    }
    await stage.api.login('alice', code).expect(401)
  })

  it('is refused while the user is disabled', async () => {
    const { uuid, token_code: code } = await create()
    await setEnabled(stage.db, 'alice', false)
    const { status, body } = await login(code)
    await setEnabled(stage.db, 'alice', true)
    expect([status, body]).toEqual([
      401,
      refusal('This user has been disabled. Please contact your administrator.'),
    ])
    expect((await alice.get(`${PATH}/${uuid}`)).body.token.last_accessed).toBeNull()
  })
})

it('does not open the API', async () => {
  await stage.api
    .as((await create()).token_code)
    .get(PATH)
    .expect(401)
})

it('belongs to its user only', async () => {
  const { uuid, token_code: code } = await create()
  for (const call of [
    bob.get(`${PATH}/${uuid}`),
    bob.delete(`${PATH}/${uuid}`),
    alice.get(`${PATH}/${randomUUID()}`),
    alice.get(`${PATH}/nonsense`),
    alice.delete(`${PATH}/%00`),
  ]) {
    const { status, body } = await call
    expect([status, body]).toEqual([404, apiError(stage.url, 'not_found')])
  }
  expect((await bob.get(PATH)).body).toEqual({ tokens: [], only_expiring: null })
  await login(code).expect(200)
})

it('is for users with user:admin', async () => {
  const other = await stage.client('alice', 'org:admin', 'user:read')
  const { uuid } = await create()
  await other.get(PATH).expect(403)
  await other.post(PATH, {}).expect(403)
  await other.get(`${PATH}/${uuid}`).expect(403)
  await other.delete(`${PATH}/${uuid}`).expect(403)
})

it.each([{}, { title: null }, { title: 5 }, { title: 'x'.repeat(256) }, { title: 'a\0' }])(
  'refuses %j',
  async (sent) => {
    const { status, body } = await alice.post(PATH, sent)
    expect([status, body]).toEqual([400, invalidRequest(stage.url)])
  },
)

it('lists a hundred at a time; a user has a bounded number, of which those that ended make room', async () => {
  await stage.people('carol')
  const carol = await stage.client('carol', 'user:admin')
  const userId = await namespaceId(stage.db, 'carol')
  const ids = Array.from({ length: MOST.appTokens }, () => v7())
  await stage.db.appToken.createMany({
    data: ids.map((id) => ({
      id,
      userId,
      title: 'many',
      digest: Buffer.from(id),
      sealKeyId: 'none',
      sealed: Buffer.of(),
      createdAt: new Date(now),
    })),
  })
  const uuids = (body: { tokens: { uuid: string }[] }) => body.tokens.map(({ uuid }) => uuid)
  const { body: first } = await carol.get(PATH)
  const { body: second } = await carol.get(`${PATH}?next_page=${first.next_page}`)
  expect([...uuids(first), ...uuids(second)]).toEqual(ids.slice(0, 200))
  expect((await carol.get(`${PATH}?expiring=true`)).body).toEqual({
    tokens: [],
    only_expiring: true,
  })
  const refused = await carol.post(PATH, { title: 'one more' })
  expect(refused.status).toBe(400)
  expect(refused.body.message).toMatch(/^Token limit reached: /)
  await carol.delete(`${PATH}/${ids[0]}`).expect(204)
  await carol.post(PATH, { title: 'one more' }).expect(200)
  // One that has ended makes room by itself.
  await carol.post(PATH, { title: 'one more' }).expect(400)
  const [, id = ''] = ids
  await stage.db.appToken.updateMany({ where: { id }, data: { expiresAt: new Date(now) } })
  await carol.post(PATH, { title: 'one more' }).expect(200)
})

it('writes what was done to the log of the user, without the token', async () => {
  const { uuid, token_code: code } = await create('logged')
  now += 1
  await alice.delete(`${PATH}/${uuid}`).expect(204)
  await login(code).expect(401)
  const entries = (await auditEntries(stage.db)).filter(
    ({ metadata }) => (metadata as { app_specific_token?: string }).app_specific_token === uuid,
  )
  expect(entries).toMatchObject(
    ['create_app_specific_token', 'revoke_app_specific_token'].map((kind) => ({
      kind,
      namespaceName: 'alice',
      performerName: 'alice',
      metadata: { app_specific_token_title: 'logged' },
    })),
  )
  expect(JSON.stringify(entries)).not.toContain(code)
})
