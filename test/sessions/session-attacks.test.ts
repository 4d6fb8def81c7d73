import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bearer } from '../helpers/api.ts'
import { type Browser, browserOf, cookieOf, SAME_ORIGIN } from '../helpers/browser.ts'
import { createClock } from '../helpers/clock.ts'
import { PASSWORD } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// What others may try with the cookie of a person who is signed in, or to get one.

const time = createClock()
let stage: Stage
let browser: Browser
let held: Record<string, string>

beforeAll(async () => {
  stage = await startStage({
    surroundings: { clock: time.clock },
    config: { trustedProxies: ['127.0.0.1'] },
  })
  await stage.superusers('root')
  await stage.people('alice', 'bob')
})
afterAll(() => stage.close())

let callers = 0
beforeEach(async () => {
  browser = browserOf(stage.url)
  await browser.signIn('alice')
  held = browser.held()
  callers += 1
})

/** A request with exactly these headers. */
const statusWith = async (headers: Record<string, string>) => {
  const { status, body } = await request(stage.url).get('/api/v1/user/').set(headers)
  if (status !== 200) expect(body.error_type).toBe('invalid_token')
  return status
}

/** From an address of its own, whose guesses are counted for themselves. */
const from = () => ({ 'x-forwarded-for': `10.0.0.${callers}` })

describe('a request with the cookie of somebody', () => {
  it('acts as nobody where a page of another origin sends it', async () => {
    const robot = '/api/v1/user/robots/ci'
    await browser.put(robot).expect(200)
    const regenerate = (headers: Record<string, string>) =>
      request(stage.url).post(`${robot}/regenerate`).set(headers)
    for (const site of ['cross-site', 'same-site', 'none', 'same-origin, cross-site']) {
      await regenerate({ ...held, 'sec-fetch-site': site }).expect(401)
      await regenerate({ ...held, 'sec-fetch-site': site, origin: stage.url }).expect(401)
    }
    for (const origin of ['https://evil.example', 'null', `${stage.url}.evil.example`]) {
      await regenerate({ ...held, origin }).expect(401)
    }
    await regenerate(held).expect(401)
    await regenerate({ ...held, origin: stage.url }).expect(201)
    await regenerate({ ...held, ...SAME_ORIGIN }).expect(201)
  })

  it('acts as nobody without the header of its session, or with another one', async () => {
    const other = browserOf(stage.url)
    await other.signIn('bob')
    const { 'x-csrf-token': token = '', cookie = '' } = held
    const [, secret = ''] = cookie.split('=')
    expect(token).not.toContain(secret)
    const others = ['', token.slice(1), `${token.slice(0, -1)}!`, secret]
    for (const wrong of [...others, other.held()['x-csrf-token'] ?? '']) {
      expect(await statusWith({ ...SAME_ORIGIN, ...held, 'x-csrf-token': wrong }), wrong).toBe(401)
    }
    expect(await statusWith({ ...SAME_ORIGIN, cookie })).toBe(401)
    expect(await statusWith({ ...SAME_ORIGIN, ...held })).toBe(200)
  })

  it('is not told the header on a page of another origin, which could not read the answer either', async () => {
    const state = (headers: Record<string, string>) =>
      request(stage.url)
        .get('/api/v1/session')
        .set({ cookie: held.cookie, ...headers })
    for (const headers of [
      {},
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      const { body, headers: answered } = await state(headers).expect(200)
      expect(body.session).toBeNull()
      expect(answered['access-control-allow-origin']).toBeUndefined()
    }
    for (const path of ['/api/v1/session', '/api/v1/session/sudo']) {
      const { headers } = await request(stage.url).options(path).expect(200)
      expect(headers['access-control-allow-origin']).toBeUndefined()
    }
  })

  it('acts as the token says that comes along, or as nobody where that is a bad one', async () => {
    const token = await stage.token('bob', ['user:read'])
    const { body } = await request(stage.url)
      .get('/api/v1/user/')
      .set({ ...SAME_ORIGIN, ...held, ...bearer(token) })
      .expect(200)
    expect(body.username).toBe('bob')
    const beside = { ...SAME_ORIGIN, ...held }
    expect(await statusWith({ ...beside, ...bearer('x'.repeat(40)) })).toBe(401)
    expect(await statusWith({ ...beside, authorization: 'Basic YWxpY2U6cGFzc3dvcmQ=' })).toBe(401)
    await browser.call('delete', '/api/v1/session', undefined, bearer(token)).expect(401)
    expect(await browser.isSignedIn()).toBe(true)
  })

  it('acts as nobody with two cookies of the name, one of which somebody else may have set', async () => {
    const cookie = `quay-robots-session=${'A'.repeat(43)}; ${held.cookie}`
    expect(await statusWith({ ...SAME_ORIGIN, ...held, cookie })).toBe(401)
    const beside = `theme=dark; ${held.cookie}; other-quay-robots-session=x`
    expect(await statusWith({ ...SAME_ORIGIN, ...held, cookie: beside })).toBe(200)
  })
})

describe('a sign-in', () => {
  const signIn = (
    headers: Record<string, string>,
    body: object = { username: 'alice', password: PASSWORD },
  ) => request(stage.url).post('/api/v1/session').set(headers).send(body)

  it('is for pages of the service alone: another page could sign its own user in', async () => {
    for (const headers of [
      {},
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      const { body, headers: answered } = await signIn(headers).expect(403)
      expect(body.error_type).toBe('same_origin_required')
      expect(body.error_message).toContain(`open ${stage.url}.`)
      expect(answered['set-cookie']).toBeUndefined()
    }
  })

  it('makes a session of its own, whatever cookie came along, which ends', async () => {
    const chosen = `quay-robots-session=${'A'.repeat(43)}`
    const first = await signIn({ ...SAME_ORIGIN, cookie: chosen }).expect(201)
    expect(cookieOf(first)).not.toBe(chosen)
    const second = await signIn({ ...SAME_ORIGIN, cookie: cookieOf(first) }).expect(201)
    expect(cookieOf(second)).not.toBe(cookieOf(first))
    const headerOf = ({ body }: { body: { csrf_token: string } }) => body.csrf_token
    const asFirst = { cookie: cookieOf(first), 'x-csrf-token': headerOf(first) }
    expect(await statusWith({ ...SAME_ORIGIN, ...asFirst })).toBe(401)
  })

  it('does not take what is no password of a user who is let in, and says why', async () => {
    await stage.people('dave')
    const root = await stage.client('root', 'super:user')
    await root.put('/api/v1/superuser/users/dave', { enabled: false }).expect(200)
    const wrong = 'Invalid Username or Password'
    const headers = { ...SAME_ORIGIN, ...from() }
    for (const [username, password, words] of [
      ['alice', 'wrong', wrong],
      ['nobody', PASSWORD, wrong],
      ['$oauthtoken', await stage.token('alice', ['user:admin']), wrong],
      ['alice+ci', PASSWORD, wrong],
      ['dave', PASSWORD, 'This user has been disabled. Please contact your administrator.'],
    ]) {
      const { body } = await signIn(headers, { username, password }).expect(401)
      expect([body.error_type, body.error_message]).toEqual(['login_refused', words])
    }
    await signIn(headers, { username: 'alice' }).expect(400)
    await signIn(headers, { username: 'alice', password: PASSWORD, more: 1 }).expect(400)
  })

  it('is slowed down with all other log-ins by password', async () => {
    const headers = { ...SAME_ORIGIN, ...from() }
    for (let guess = 0; guess < 10; guess++) {
      await signIn(headers, { username: 'bob', password: `wrong${guess}` }).expect(401)
    }
    const refused = await signIn(headers, { username: 'bob', password: PASSWORD }).expect(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    const registry = request(stage.url).get('/v2/auth').set(from()).auth('bob', PASSWORD)
    await registry.expect(429)
    time.pass(60)
    await signIn(headers, { username: 'bob', password: PASSWORD }).expect(201)
  })
})

describe('a session ends', () => {
  it('by log-out, on whose word the browser forgets the cookie', async () => {
    const { body, headers } = await browser.delete('/api/v1/session').expect(200)
    expect(body).toEqual({ provider_logout: null })
    expect(headers['set-cookie']).toEqual([
      'quay-robots-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict',
    ])
    expect(await browser.isSignedIn()).toBe(false)
    await browser.delete('/api/v1/session').expect(401)
  })

  it('when it was not used for half an hour', async () => {
    time.pass(1_799)
    expect(await browser.isSignedIn()).toBe(true)
    time.pass(1_799)
    expect(await browser.isSignedIn()).toBe(true)
    time.pass(1_800)
    expect(await browser.isSignedIn()).toBe(false)
    expect((await browser.get('/api/v1/session')).body.session).toBeNull()
  })

  it('after twelve hours, however much it is used', async () => {
    for (let hour = 0; hour < 47; hour++) {
      time.pass(900)
      expect(await browser.isSignedIn()).toBe(true)
    }
    time.pass(899)
    expect(await browser.isSignedIn()).toBe(true)
    const other = browserOf(stage.url)
    const { body: later } = await other.signIn('alice')
    time.pass(1)
    expect(await browser.isSignedIn()).toBe(false)
    const { body } = await other.get('/api/v1/user/sessions').expect(200)
    expect(body.sessions).toMatchObject([{ id: later.id }])
  })

  it.each<[string, () => Promise<unknown>]>([
    [
      'is disabled, and stays ended',
      () => change({ enabled: false }).then(() => change({ enabled: true })),
    ],
    ['gets a new password', () => change({ password: 'another-password' })],
    ['changes the password', () => changeOwn()],
    ['becomes a superuser', () => setSuperuser(true)],
  ])('when the user %s', async (_, event) => {
    expect(await browser.isSignedIn()).toBe(true)
    await event()
    expect(await browser.isSignedIn()).toBe(false)
    await setSuperuser(false)
    await change({ password: PASSWORD })
  })

  it('when the user is deleted', async () => {
    await stage.people('erin')
    await browser.signIn('erin')
    const root = await stage.client('root', 'super:user')
    await root.delete('/api/v1/superuser/users/erin').expect(204)
    expect(await browser.isSignedIn()).toBe(false)
    expect(await stage.db.session.count({ where: { user: { name: { startsWith: '-' } } } })).toBe(0)
  })

  const change = async (update: object) => {
    const root = await stage.client('root', 'super:user')
    await root.put('/api/v1/superuser/users/alice', update).expect(200)
  }
  const changeOwn = () =>
    browser.put('/api/v1/user/password', { current: PASSWORD, new: 'another-password' }).expect(204)
  const setSuperuser = (superuser: boolean) =>
    stage.db.namespace.update({ where: { name: 'alice' }, data: { superuser } })
})
