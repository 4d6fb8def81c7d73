import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { breakAuditLog, repairAuditLog } from '../helpers/broken-audit-log.ts'
import { cookieOf, SAME_ORIGIN } from '../helpers/browser.ts'
import { deleteAccounts } from '../helpers/rows.ts'
import type { ServiceOptions } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const PATH = '/api/v1/session/first-user'
const ADMIN = { username: 'admin', password: 'correct-horse', email: 'admin@example.com' }

let stage: Stage

beforeAll(async () => {
  stage = await startStage({ config: { userInitialize: true } })
})
beforeEach(() => deleteAccounts(stage))
afterAll(() => stage.close())

const create = (body: object = ADMIN, headers: Record<string, string> = SAME_ORIGIN) =>
  request(stage.url).post(PATH).set(headers).send(body)

/** How many users there are, and sessions of them. */
const made = async () => [await stage.db.namespace.count(), await stage.db.session.count()]

describe('the first user, made in a browser', () => {
  it('is signed in by the same request, and the log has both', async () => {
    const answer = await create().expect(201)
    expect(answer.body).toMatchObject({
      user: { username: 'admin', superuser: true },
      ...{ means: 'password', provider: null, fresh: true },
    })
    const held = { cookie: cookieOf(answer), 'x-csrf-token': answer.body.csrf_token }
    const { body } = await request(stage.url)
      .get('/api/v1/user/')
      .set({ ...SAME_ORIGIN, ...held })
      .expect(200)
    expect(body).toMatchObject({ username: 'admin', email: ADMIN.email, super_user: true })
    const kinds = await stage.db.auditEntry.findMany({ orderBy: { id: 'asc' } })
    expect(kinds.map(({ kind }) => kind)).toEqual(['user_create', 'login_success'])
    expect((await stage.api.login('admin', ADMIN.password)).status).toBe(200)
  })

  it('is not made where the session cannot be', async () => {
    await breakAuditLog(stage.db, "NEW.kind = 'login_success'")
    try {
      await create().expect(500)
      expect(await made()).toEqual([0, 0])
    } finally {
      await repairAuditLog(stage.db)
    }
    await create().expect(201)
  })

  it('is the only one, of several at once too', async () => {
    const tries = await Promise.all(
      ['one', 'two', 'three'].map((username) => create({ ...ADMIN, username, email: undefined })),
    )
    expect(tries.map(({ status }) => status).sort()).toEqual([201, 400, 400])
    const { body } = await create().expect(400)
    expect(body).toEqual({ message: 'Cannot initialize user in a non-empty database' })
    expect(await made()).toEqual([1, 1])
  })

  it.each([
    ['a password that is too short', { ...ADMIN, password: 'short' }],
    ['no password', { username: 'admin' }],
    ['a name that none may have', { ...ADMIN, username: 'No Name' }],
    ['a key that nobody knows', { ...ADMIN, access_token: true }],
  ])('is refused with %s', async (_, body) => {
    const { headers } = await create(body).expect(400)
    expect(headers['set-cookie']).toBeUndefined()
    expect(await made()).toEqual([0, 0])
  })

  it('is made by pages of this service alone', async () => {
    for (const headers of [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
    ]) {
      const { body } = await create(ADMIN, headers as Record<string, string>).expect(403)
      expect(body.error_type).toBe('same_origin_required')
    }
    expect(await made()).toEqual([0, 0])
  })
})

const CLOSED: [string, ServiceOptions['config'], number][] = [
  ['they may not be made', { userInitialize: false }, 404],
  ['nobody signs in with a password', { signIn: { passwords: 'off', providers: [] } }, 401],
  ['nothing is encrypted', { publicUrl: 'http://robots.example.com' }, 403],
  ['a proxy has marked what callers of this machine alone may ask', { clientsAreLocal: true }, 400],
]

it.each(CLOSED)('the first user is not made in a browser where %s', async (_, config, status) => {
  const { database } = stage
  const { app, close } = await startStage({ database, config: { userInitialize: true, ...config } })
  try {
    const headers = { ...SAME_ORIGIN, ...(config?.clientsAreLocal && { via: '1.1 proxy' }) }
    const refused = await app.inject({ method: 'POST', url: PATH, headers, payload: ADMIN })
    expect([refused.statusCode, await made()]).toEqual([status, [0, 0]])
    const state = await app.inject({ url: '/api/v1/session' })
    // At another address, or asked directly, it could be made.
    expect(state.json().sign_in.initialize).toBe(![404, 401].includes(status))
  } finally {
    await close()
  }
})
