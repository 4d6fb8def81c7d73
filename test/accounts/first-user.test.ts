import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apiError, apiOf, type Client, invalidRequest } from '../helpers/api.ts'
import { deleteAccounts, snapshot } from '../helpers/rows.ts'
import { startService } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const PATH = '/api/v1/user/initialize'
const ADMIN = { username: 'admin', password: 'correct-horse', email: 'admin@example.com' }
const NOT_EMPTY = { message: 'Cannot initialize user in a non-empty database' }

let stage: Stage
let anybody: Client

beforeAll(async () => {
  stage = await startStage({ config: { userInitialize: true } })
  anybody = stage.api.as()
})

beforeEach(() => deleteAccounts(stage))
afterAll(() => stage.close())

describe('the first user', () => {
  it('is created as superuser, who can log in with the password', async () => {
    const { status, body } = await anybody.post(PATH, ADMIN)

    expect([status, body]).toEqual([
      200,
      { username: 'admin', email: 'admin@example.com', encrypted_password: '' },
    ])
    expect(await stage.db.namespace.findMany()).toMatchObject([
      { name: 'admin', kind: 'user', email: 'admin@example.com', superuser: true, enabled: true },
    ])
    expect((await stage.api.login('admin', ADMIN.password)).status).toBe(200)
    expect((await stage.api.login('admin', 'wrong')).status).toBe(401)
  })

  it.each([true, 'true', 1, 'false'])(
    'gets a token of every scope if asked for: %j',
    async (access_token) => {
      const { status, body } = await anybody.post(PATH, { ...ADMIN, access_token })
      const client = stage.api.as(body.access_token)

      expect([status, body.access_token]).toEqual([200, expect.stringMatching(/^[A-Za-z0-9]{40}$/)])
      expect((await client.get('/api/v1/user/')).body).toMatchObject({ super_user: true })
      const { scopes, createdAt, expiresAt } = await stage.db.oAuthToken.findFirstOrThrow()
      expect(scopes).toHaveLength(8)
      expect(expiresAt.getTime() - createdAt.getTime()).toBe(9_000_000)
    },
  )

  it.each([undefined, false, null, 0, ''])(
    'gets no token unless asked for: %j',
    async (access_token) => {
      const { body } = await anybody.post(PATH, { ...ADMIN, access_token })

      expect(body).not.toHaveProperty('access_token')
      expect(await stage.db.oAuthToken.count()).toBe(0)
    },
  )

  it('needs no e-mail address', async () => {
    const { status, body } = await anybody.post(PATH, {
      username: 'admin',
      password: 'correct-horse',
    })
    expect([status, body]).toEqual([200, { username: 'admin', email: '', encrypted_password: '' }])
  })

  it('is the only one: the second is refused, and so is one beside an organization', async () => {
    await anybody.post(PATH, ADMIN)
    const { status, body } = await anybody.post(PATH, {
      ...ADMIN,
      username: 'second',
      email: 'b@c',
    })

    expect([status, body]).toEqual([400, NOT_EMPTY])
    expect(await stage.db.namespace.count()).toBe(1)
  })

  it('is one also when ten try at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        anybody.post(PATH, {
          ...ADMIN,
          username: `admin${i}`,
          email: `a${i}@example.com`,
          access_token: true,
        }),
      ),
    )
    const lost = answers.filter(({ status }) => status !== 200)

    expect(lost).toHaveLength(9)
    for (const { status, body } of lost) expect([status, body]).toEqual([400, NOT_EMPTY])
    expect(await stage.db.namespace.count()).toBe(1)
    expect(await stage.db.oAuthToken.count()).toBe(1)
  })

  it.each([
    [{ username: 'Admin' }, 'Invalid namespace Admin: Namespace must match expression'],
    [
      { username: 'a' },
      'Invalid namespace a: Namespace must be between 2 and 255 characters in length',
    ],
    [{ username: 'a'.repeat(256) }, 'Namespace must be between 2 and 255 characters in length'],
    [{ username: 'admin\n' }, 'Namespace must match expression'],
    [{ email: 'nobody' }, 'Invalid email address'],
    [{ email: '' }, 'Invalid email address'],
    [{ password: 'short' }, 'Invalid password, password must be at least 8 characters'],
    [{ password: 'with white space' }, 'contain no whitespace'],
  ])('is refused with what is wrong: %j', async (fields, reason) => {
    const { status, body } = await anybody.post(PATH, { ...ADMIN, ...fields })

    expect([status, body]).toEqual([400, { message: expect.stringContaining(reason) }])
    expect(body.message).toMatch(/^Failed to initialize user: /)
    expect(await stage.db.namespace.count()).toBe(0)
  })

  it.each([
    ...['username', 'password', 'email'].flatMap((field) =>
      [null, 1, true, [], {}, '\0\0\0\0\0\0\0\0', '\ud800-----------'].map((value) => ({
        [field]: value,
      })),
    ),
    { username: undefined },
    { password: undefined },
    { password: 'x'.repeat(1025) },
  ])('is refused as a bad request: %j', async (fields) => {
    const before = await snapshot(stage.db)
    const { status, body } = await anybody.post(PATH, { ...ADMIN, ...fields })

    expect([status, body]).toEqual([400, invalidRequest(stage.url)])
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it('cannot be created where that is switched off', async () => {
    const { database } = stage
    const strict = await startService({ database, config: { userInitialize: false } })
    const { status, body } = await apiOf(strict.url).as().post(PATH, ADMIN)

    expect([status, body]).toEqual([404, apiError(strict.url, 'not_found')])
    expect(await stage.db.namespace.count()).toBe(0)
    await strict.close()
  })
})

it.each([PATH, `${PATH}/`, '/api/v1/user/%69nitialize', '/%61pi/v1/user/initialize'])(
  'cannot be called by pages of other origins: %s',
  async (path) => {
    for (const method of ['options', 'post'] as const) {
      const { status, headers } = await stage.api
        .call(method, path)
        .set('origin', 'https://evil.example')
        .set('access-control-request-method', 'POST')
      expect([200, 415]).toContain(status)
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
    }
  },
)

it('cannot be called by pages whose own name was made to lead here', async () => {
  const call = (Host: string) => anybody.post(PATH, ADMIN).set({ Host })
  const { status, body } = await call('evil.example')
  expect([status, body]).toEqual([400, invalidRequest(stage.url, `Ask at ${stage.url}`)])
  for (const header of ['Forwarded', 'Via', 'X-Forwarded-For', 'X-Real-IP']) {
    const forwarded = anybody.post(PATH, ADMIN).set({ Host: 'localhost', [header]: '192.0.2.1' })
    expect((await forwarded).body).toEqual(body)
  }
  // Told before what is wrong with the body.
  expect((await anybody.post(PATH).set({ Host: 'evil.example' })).body).toEqual(body)
  expect((await anybody.post(PATH, { username: 1 }).set({ Host: 'evil.example' })).body).toEqual(
    body,
  )
  expect(await stage.db.namespace.count()).toBe(0)
  await call('localhost:8080').expect(200)
  for (const host of ['127.0.0.1', '[::1]:8080', 'LocalHost']) {
    expect((await call(host)).body).toEqual(NOT_EMPTY)
  }
})
