import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SCOPES } from '../../src/domain/scopes.ts'
import { type Browser, browserOf, SAME_ORIGIN } from '../helpers/browser.ts'
import { createClock } from '../helpers/clock.ts'
import { PASSWORD } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const time = createClock()
let stage: Stage
let browser: Browser

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: time.clock } })
  await stage.superusers('root')
  await stage.people('alice')
  await stage.organization('acme')
})
beforeEach(() => {
  browser = browserOf(stage.url)
})
afterAll(() => stage.close())

const sessionsOf = async (who: Browser) =>
  (await who.get('/api/v1/user/sessions').expect(200)).body.sessions

describe('a session', () => {
  it('is made by name and password, or e-mail address, and says who, until when, and which header', async () => {
    const { body, headers } = await browser.signIn('alice')
    expect(body).toEqual({
      id: expect.any(String),
      user: { username: 'alice', superuser: false },
      scopes: SCOPES,
      means: 'password',
      provider: null,
      created: '2026-11-23T13:56:36.789000Z',
      expires_at: '2026-11-24T01:56:36.789000Z',
      idle_expires_at: '2026-11-23T14:26:36.789000Z',
      authenticated_at: '2026-11-23T13:56:36.789000Z',
      fresh_until: '2026-11-23T14:06:36.789000Z',
      fresh: true,
      csrf_token: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^quay-robots-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/),
    ])
    expect(headers['cache-control']).toBe('no-store')
    await browserOf(stage.url).signIn('alice@example.com')
  })

  it('acts as its user with all scopes', async () => {
    await browser.signIn('root')
    const { body } = await browser.get('/api/v1/user/').expect(200)
    expect(body).toMatchObject({ username: 'root', super_user: true, email: 'root@example.com' })
    await browser.get('/api/v1/superuser/users/').expect(200)
    await browser.signIn('alice')
    await browser.put('/api/v1/organization/acme/robots/ci').expect(201)
    await browser.get('/api/v1/superuser/users/').expect(403)
  })

  it('is named by the log: when it begins, with what it does, and when it ends', async () => {
    await stage.clearLog()
    const { body: session } = await browser.signIn('alice')
    await browser.delete('/api/v1/organization/acme/robots/ci').expect(204)
    await browser.post('/api/v1/session/sudo', { password: PASSWORD }).expect(200)
    await browser.delete('/api/v1/session').expect(200)
    const entries = await stage.db.auditEntry.findMany({ orderBy: { id: 'asc' } })
    const of = { kind: 'user', type: 'session', username: 'alice' }
    expect(
      entries.map(({ kind, performerName, metadata }) => ({ kind, performerName, metadata })),
    ).toEqual([
      {
        kind: 'login_success',
        performerName: 'alice',
        metadata: { ...of, session_id: session.id },
      },
      {
        kind: 'delete_robot',
        performerName: 'alice',
        metadata: { robot: 'ci', session_id: session.id },
      },
      {
        kind: 'login_success',
        performerName: 'alice',
        metadata: { ...of, fresh: true, session_id: session.id },
      },
      {
        kind: 'logout_success',
        performerName: 'alice',
        metadata: { ...of, ended: session.id, session_id: session.id },
      },
    ])
  })

  it('is told to a page that was reloaded, without the header, and without counting as used', async () => {
    const { body: session } = await browser.signIn('alice')
    const { cookie = '' } = browser.held()
    for (const seconds of [60, 60]) {
      time.pass(seconds)
      const { body } = await browserOf(stage.url)
        .call('get', '/api/v1/session', undefined, { cookie })
        .expect(200)
      expect(body.session).toEqual(session)
    }
    expect(await browser.isSignedIn()).toBe(true)
    const { body: later } = await browser.get('/api/v1/session')
    expect(later.session.idle_expires_at).toBe('2026-11-23T14:28:36.789000Z')
  })

  it('makes tokens, which do not end with it', async () => {
    await browser.signIn('alice')
    const wanted = { name: 'laptop', scope: 'user:admin' }
    const { body: made } = await browser.post('/api/v1/user/tokens', wanted).expect(201)
    expect(made).toMatchObject({ made_by: null, expires_at: expect.stringMatching(/^2027-11-23T/) })
    const { body: app } = await browser
      .post('/api/v1/user/apptoken', { title: 'laptop' })
      .expect(200)
    const { body: listed } = await browser.get('/api/v1/user/apptoken?details=true').expect(200)
    expect(listed.tokens[0]).toMatchObject({
      uuid: app.token.uuid,
      expires_at: expect.stringMatching(/ Nov 2027 /),
    })
    const { body: application } = await browser
      .post('/api/v1/organization/acme/applications', { name: 'ci' })
      .expect(200)
    const tokens = `/api/v1/organization/acme/applications/${application.client_id}/tokens`
    await browser.post(tokens, wanted).expect(200)
    await browser.delete('/api/v1/session').expect(200)
    await stage.api.as(made.token).get('/api/v1/user/tokens').expect(200)
  })
})

describe('anybody', () => {
  it('is told how to sign in', async () => {
    const { body } = await stage.api.as().get('/api/v1/session').expect(200)
    expect(body).toEqual({
      session: null,
      sign_in: { passwords: 'all', providers: [], problem: null, initialize: false },
      registry_host: new URL(stage.url).host,
    })
  })

  it('is told whether the first user can be made', async () => {
    const empty = await startStage({ config: { userInitialize: true } })
    const state = async () => (await empty.api.as().get('/api/v1/session')).body.sign_in.initialize
    expect(await state()).toBe(true)
    await empty.people('alice')
    expect(await state()).toBe(false)
    await empty.close()
  })
})

describe('the sessions of a user', () => {
  it('are listed, the newest first, and ended one by one, or all but the one that asks', async () => {
    await stage.people('bob')
    const [first, second] = [browserOf(stage.url), browserOf(stage.url)]
    const { body: one } = await first.signIn('bob')
    const { body: two } = await second.signIn('bob')
    const { body: three } = await browser.signIn('bob')
    expect(await sessionsOf(browser)).toEqual(
      [three, two, one].map(({ id }) => ({
        id,
        means: 'password',
        provider: null,
        created: three.created,
        expires_at: three.expires_at,
        authenticated_at: three.authenticated_at,
        last_seen: three.created,
        address: '127.0.0.1',
        agent: null,
        current: id === three.id,
      })),
    )
    await browser.delete(`/api/v1/user/sessions/${one.id}`).expect(204)
    await browser.delete(`/api/v1/user/sessions/${one.id}`).expect(404)
    await browser.delete('/api/v1/user/sessions/name').expect(404)
    expect(await first.isSignedIn()).toBe(false)
    await browser.delete('/api/v1/user/sessions').expect(204)
    expect(await second.isSignedIn()).toBe(false)
    expect((await sessionsOf(browser)).map(({ id }: { id: string }) => id)).toEqual([three.id])
    const ended = () => stage.db.auditEntry.count({ where: { kind: 'logout_success' } })
    const before = await ended()
    await browser.delete('/api/v1/user/sessions').expect(204)
    expect(await ended(), 'there was none to end').toBe(before)
  })

  it('are not those of others', async () => {
    const { body: session } = await browser.signIn('alice')
    const other = browserOf(stage.url)
    await other.signIn('root')
    await other.delete(`/api/v1/user/sessions/${session.id}`).expect(404)
    const token = await stage.client('alice', 'user:admin')
    const { body } = await token.get('/api/v1/user/sessions').expect(200)
    expect(body.sessions[0]).toMatchObject({ id: session.id, current: false })
    await token.delete('/api/v1/user/sessions').expect(204)
    expect(await browser.isSignedIn()).toBe(false)
  })

  it('are fifty at most: one more ends the oldest', async () => {
    await stage.people('carol')
    await browser.signIn('carol')
    for (let count = 0; count < 50; count++) await browserOf(stage.url).signIn('carol')
    expect(await browser.isSignedIn()).toBe(false)
    await browser.signIn('carol')
    expect(await sessionsOf(browser)).toHaveLength(50)
  })

  it.each([
    ['has ended', 'alice', () => stage.db.session.deleteMany()],
    [
      'is of somebody disabled',
      'alice',
      () => stage.services.superuserUsers.updateAny('alice', { enabled: false }, {}),
    ],
  ])('are not made fresh where one %s meanwhile', async (_, username, happens) => {
    await browser.signIn(username)
    const [, secret = ''] = (browser.held().cookie ?? '').split('=')
    const { sessions, superuserUsers } = stage.services
    const session = await sessions.find({ secret, csrfToken: undefined })
    if (!session) throw new Error('it has just begun')
    await stage.clearLog()
    await happens()
    await expect(sessions.refresh(session, PASSWORD, {})).rejects.toThrow()
    await stage.services.settled()
    const kinds = (await stage.db.auditEntry.findMany()).map(({ kind }) => kind)
    expect(kinds).not.toContain('login_success')
    await superuserUsers.updateAny('alice', { enabled: true }, {})
  })

  it('are deleted some time after their end', async () => {
    await browser.signIn('alice')
    const before = await stage.db.session.count()
    time.pass(1_799)
    expect(await stage.services.sessions.upkeep.runNow()).toBe(0)
    time.pass(2)
    expect(await stage.services.sessions.upkeep.runNow()).toBe(before)
    expect(await stage.db.session.count()).toBe(0)
  })
})

describe('an address without TLS', () => {
  it('has no sessions, and says why', async () => {
    const plain = await startStage({
      database: stage.database,
      config: { publicUrl: 'http://robots.example.com' },
    })
    const words =
      'Nobody can sign in at http://robots.example.com, since it is not encrypted: whoever is on the way could take the ' +
      'session over. Put a proxy with TLS before the service, and set PUBLIC_URL to its https:// address'
    const state = await plain.app.inject({ url: '/api/v1/session' })
    expect(state.json().sign_in.problem).toBe(words)
    const refused = await plain.app.inject({
      method: 'POST',
      url: '/api/v1/session',
      headers: SAME_ORIGIN,
      payload: { username: 'alice', password: PASSWORD },
    })
    expect(refused.statusCode).toBe(403)
    expect(refused.json()).toMatchObject({ error_type: 'https_required', error_message: words })
    expect(refused.headers['set-cookie']).toBeUndefined()
    await plain.close()
  })

  it('with TLS has a cookie that is sent there alone', async () => {
    const secure = await startStage({
      database: stage.database,
      config: { publicUrl: 'https://robots.example.com' },
    })
    const { headers } = await secure.app.inject({
      method: 'POST',
      url: '/api/v1/session',
      headers: { origin: 'https://robots.example.com' },
      payload: { username: 'alice', password: PASSWORD },
    })
    expect(headers['set-cookie']).toMatch(
      /^__Host-quay-robots-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    )
    expect(headers['access-control-allow-origin']).toBeUndefined()
    await secure.close()
  })
})

it('a session is listed no more once its time is over, however lately it was used', async () => {
  await stage.people('wendy')
  await browser.signIn('wendy')
  for (let n = 0; n < 24; n++) {
    time.pass(1_799)
    expect(await browser.isSignedIn()).toBe(true)
  }
  time.pass(43_200 - 24 * 1_799)
  const later = browserOf(stage.url)
  const { body: session } = await later.signIn('wendy')
  expect(await sessionsOf(later)).toMatchObject([{ id: session.id }])
})

it('a session is listed no more once it was idle for too long, though nothing has deleted it yet', async () => {
  await stage.people('xavier')
  await browser.signIn('xavier')
  time.pass(1_799)
  const later = browserOf(stage.url)
  const { body: session } = await later.signIn('xavier')
  expect(await sessionsOf(later)).toHaveLength(2)
  time.pass(1)
  expect(await sessionsOf(later)).toMatchObject([{ id: session.id }])
})
