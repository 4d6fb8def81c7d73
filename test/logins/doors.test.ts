import argon2 from 'argon2'
import pg from 'pg'
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { basic, bearer, shapeA } from '../helpers/api.ts'
import { PASSWORD } from '../helpers/service.ts'
import { type Logins, many, startLogins } from './login-stage.ts'

const HERE = '203.0.113.7'
const METRICS_TOKEN = 'a-token-for-prometheus-to-show'

let logins: Logins
beforeAll(async () => {
  logins = await startLogins({ config: { metricsToken: METRICS_TOKEN } })
})
beforeEach(() => logins.time.pass(120))
afterAll(() => logins?.close())

const get = (path: string, token: string, from = HERE) =>
  request(logins.url).get(path).set(bearer(token)).set('x-forwarded-for', from)
const introspect = (token: string) =>
  request(logins.url)
    .post('/oauth2/federation/robot/introspect')
    .set(bearer(token))
    .set('x-forwarded-for', HERE)
    .type('form')
    .send({ token: 'any' })

describe('wrong API tokens', () => {
  it.each([
    ['made up', () => 'x'.repeat(40)],
    ['of no form', () => 'short'],
    ['expired', () => logins.token('alice', ['user:admin'], -1)],
  ])('that are %s are slowed down, and right ones let in', async (_kind, tokenOf) => {
    const wrong = await tokenOf()
    for (const _ of many(60, (n) => n)) await get('/api/v1/user/robots', wrong).expect(401)
    const { status, body, headers } = await get('/api/v1/user/robots', wrong)
    const { url } = logins
    expect([status, body]).toEqual([
      429,
      shapeA(url, 429, 'rate_limited', 'Too many failed logins'),
    ])
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    await get('/api/v1/user/robots', logins.apiToken).expect(200)
    await get('/api/v1/user/robots', wrong, '198.51.100.1').expect(401)
    logins.time.pass(Number(headers['retry-after']))
    await get('/api/v1/user/robots', wrong).expect(401)
  })

  it('count together wherever they are tried', async () => {
    for (const n of many(20, (index) => index)) {
      await get('/api/v1/organization/acme/robots', `x${n}`).expect(401)
      await introspect(`x${n}`).expect(401)
      await logins.login('$oauthtoken', `x${n}`, HERE).expect(401)
    }
    await get('/api/v1/user/robots', 'x').expect(429)
    await logins.login('$oauthtoken', 'x', HERE).expect(429)
    const { status, body, headers } = await introspect('x')
    expect([status, body.error]).toEqual([429, 'temporarily_unavailable'])
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    await introspect(logins.apiToken).expect(200)
  })

  it.each([
    '/api/v1/repository?public=true',
    '/api/v1/repository/acme/web',
    '/api/v1/organization/acme',
  ])('are slowed down, too, where nobody needs a token: %s', async (path) => {
    const { status } = await request(logins.url).get(path).set('x-forwarded-for', HERE)
    for (const _ of many(60, (n) => n)) await get(path, 'wrong').expect(status)
    await get(path, 'wrong').expect(429)
    await get(path, logins.apiToken).expect((answer) => expect(answer.status).not.toBe(429))
  })

  it('are none where no token came', async () => {
    const call = () => request(logins.url).get('/api/v1/user/robots')
    for (const _ of many(61, (n) => n)) await call().set('x-forwarded-for', HERE).expect(401)
  })
})

it('slows down who guesses the token of the metrics', async () => {
  for (const n of many(60, (index) => index)) await get('/metrics', `x${n}`).expect(401)
  const { headers } = await get('/metrics', 'x').expect(429)
  expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  await get('/metrics', METRICS_TOKEN).expect(200)
})

it('slows down who guesses the token of a robot that asks about others', async () => {
  const ask = (password: string) => introspect('').set(basic('alice+ci', password))
  for (const n of many(60, (index) => index)) await ask(`x${n}`).expect(401)
  const { status, body, headers } = await ask('x')
  expect([status, body.error]).toEqual([429, 'temporarily_unavailable'])
  expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  await ask(logins.robotToken).expect(200)
})

type Connected = Parameters<pg.Pool['connect']>[0]
const failed = (done: Connected) => done(new Error('out of order'), undefined, () => {})

it.each([
  [
    'the account cannot be looked up',
    500,
    () => vi.spyOn(pg.Pool.prototype, 'connect').mockImplementation(failed),
  ],
  [
    'it cannot be hashed',
    500,
    () => vi.spyOn(argon2, 'verify').mockRejectedValue(new Error('out of order')),
  ],
])('counts no password where %s', async (_why, status, spy) => {
  const broken = spy()
  onTestFinished(() => broken.mockRestore())
  for (const _ of many(10, (n) => n)) await logins.login('bob', PASSWORD, HERE).expect(status)
  broken.mockRestore()
  await logins.login('bob', PASSWORD, HERE).expect(200)
})
