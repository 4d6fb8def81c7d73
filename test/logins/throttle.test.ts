import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { networkOf } from '../../src/domain/client-networks.ts'
import { createWindows } from '../../src/domain/time-windows.ts'
import { basic } from '../helpers/api.ts'
import { exchangeOf } from '../helpers/federation.ts'
import { PASSWORD } from '../helpers/service.ts'
import { type Logins, startLogins } from './login-stage.ts'

const ATTACKER = '203.0.113.7'
const OFFICE = '198.51.100.20'
const ROBOTS = Array.from({ length: 10 }, (_, n) => `robot${n}`)
const MESSAGE = 'Too many failed logins'

let stage: Logins

beforeAll(async () => {
  stage = await startLogins()
  for (const name of ROBOTS) await stage.robot(`alice+${name}`)
})

beforeEach(() => stage.time.pass(120))

afterAll(() => stage.close())

const login: Logins['login'] = (...credentials) => stage.login(...credentials)

async function fail(times: number, user: string, from: string) {
  for (let n = 0; n < times; n++) await login(user, `wrong${n}`, from).expect(401)
}

describe('wrong passwords', () => {
  it('of an account are refused after ten from one address, for a minute', async () => {
    await fail(10, 'alice', ATTACKER)
    const { status, body, headers } = await login('alice', PASSWORD, ATTACKER)
    expect([status, body]).toEqual([
      429,
      { errors: [{ code: 'TOOMANYREQUESTS', detail: {}, message: MESSAGE }] },
    ])
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    stage.time.pass(Number(headers['retry-after']))
    await login('alice', PASSWORD, ATTACKER).expect(200)
  })

  it('lock nobody out who comes from elsewhere, or is somebody else', async () => {
    await fail(10, 'alice', ATTACKER)
    await login('alice', PASSWORD, ATTACKER).expect(429)
    await login('alice', PASSWORD, OFFICE).expect(200)
    await login('bob', PASSWORD, ATTACKER).expect(200)
  })

  it('count together, by whatever name and spelling of the address the account is meant', async () => {
    const spellings = ['alice', 'alice@example.com', 'Alice@example.com', 'ALICE@EXAMPLE.COM']
    for (let n = 0; n < 10; n++) {
      await login(spellings[n % 4] as string, `wrong${n}`, ATTACKER).expect(401)
    }
    for (const name of spellings) await login(name, PASSWORD, ATTACKER).expect(429)
  })

  it('that come all at once count as well', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => login('alice', `at-once${n}`, ATTACKER).then()),
    )
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(10)
    expect(statuses.filter((status) => status === 429)).toHaveLength(20)
  })

  it('are forgotten after a right one', async () => {
    await fail(9, 'alice', ATTACKER)
    await login('alice', PASSWORD, ATTACKER).expect(200)
    await fail(9, 'alice', ATTACKER)
    await login('alice', PASSWORD, ATTACKER).expect(200)
  })

  it('for many accounts from one address are refused, but not who is known to come from there', async () => {
    await login('alice', PASSWORD, OFFICE).expect(200)
    for (let n = 0; n < 10; n++) await fail(10, `guess${n}`, OFFICE)
    await login('nobody', 'wrong', OFFICE).expect(429)
    await login('bob', PASSWORD, OFFICE).expect(429)
    await login('alice', PASSWORD, OFFICE).expect(200)
    await login('bob', PASSWORD, ATTACKER).expect(200)
  })

  it('are refused until the last count that is full has ended, which the answer says', async () => {
    const elsewhere = '192.0.2.50'
    for (let n = 0; n < 9; n++) await fail(10, `early${n}`, elsewhere)
    stage.time.pass(30)
    await fail(10, 'alice', elsewhere)
    const secondsTold = async (user: string) =>
      Number((await login(user, PASSWORD, elsewhere).expect(429)).headers['retry-after'])
    const [bobs, alices] = [await secondsTold('bob'), await secondsTold('alice')]
    expect(bobs).toBeLessThanOrEqual(30)
    stage.time.pass(bobs)
    await login('bob', PASSWORD, elsewhere).expect(200)
    stage.time.pass(alices - bobs)
    await login('alice', PASSWORD, elsewhere).expect(200)
  })

  it('are told in the words of OAuth2 where they came so', async () => {
    await fail(10, 'alice', ATTACKER)
    const { status, body } = await request(stage.url)
      .post('/v2/auth')
      .type('form')
      .set('x-forwarded-for', ATTACKER)
      .send({ grant_type: 'password', username: 'alice', password: PASSWORD })
    expect([status, body]).toEqual([
      429,
      {
        error: 'temporarily_unavailable',
        error_description: MESSAGE,
        errors: [{ code: 'TOOMANYREQUESTS', detail: {}, message: MESSAGE }],
      },
    ])
  })

  it('stand in the log of the user, ten a minute', async () => {
    for (const from of [ATTACKER, OFFICE]) await fail(10, 'bob', from)
    await stage.services.settled()
    const entries = await stage.db.auditEntry.findMany({
      where: { kind: 'login_failure', namespaceName: 'bob' },
    })
    expect(entries).toHaveLength(10)
    expect(entries[0]?.metadata).toMatchObject({
      ...{ type: 'v2auth', kind: 'user', username: 'bob' },
      message: 'Invalid Username or Password',
    })
  })
})

describe('wrong tokens', () => {
  it('of a robot are told to slow down, and the right one is always let in', async () => {
    await fail(60, 'alice+ci', ATTACKER)
    const { status, body, headers } = await login('alice+ci', 'wrong', ATTACKER)
    expect([status, body.errors[0].code]).toEqual([429, 'TOOMANYREQUESTS'])
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    await login('alice+ci', stage.robotToken, ATTACKER).expect(200)
    await login('alice+ci', 'wrong', OFFICE).expect(401)
  })

  it.each(['$oauthtoken', '$app', 'alice+unknown'])('of %s too', async (user) => {
    await fail(60, user, ATTACKER)
    await login(user, 'wrong', ATTACKER).expect(429)
    await login(user, 'wrong', OFFICE).expect(401)
  })

  it('of a robot that asks about a token', async () => {
    const ask = () =>
      request(stage.url)
        .post('/oauth2/federation/robot/introspect')
        .set(basic('alice+ci', 'wrong'))
        .type('form')
        .send({ token: 'any' })
    for (let n = 0; n < 60; n++) await ask().expect(401)
    const { status, body } = await ask()
    expect([status, body]).toEqual([429, { error: 'temporarily_unavailable' }])
  })

  it('at the exchange', async () => {
    const exchange = exchangeOf(stage.url)
    for (let n = 0; n < 60; n++) await exchange.basic('alice+ci', 'wrong').expect(401)
    const { status, body, headers } = await exchange.basic('alice+ci', 'wrong')
    expect([status, body]).toEqual([429, { error: MESSAGE }])
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  })

  it('of robots that do not exist, as one', async () => {
    for (let n = 0; n < 60; n++) await fail(1, `alice+made-up${n}`, ATTACKER)
    for (const name of ['nobody+ci', 'alice+made-up0', 'no+robot+name']) {
      await login(name, 'wrong', ATTACKER).expect(429)
    }
    await login('alice+ci', 'wrong', ATTACKER).expect(401)
    await login('nobody+ci', 'wrong', OFFICE).expect(401)
  })

  it('at the exchange for robots that do not exist, as one', async () => {
    const exchange = exchangeOf(stage.url)
    for (let n = 0; n < 60; n++) await exchange.basic(`alice+made-up${n}`, 'wrong').expect(401)
    await exchange.basic('nobody+ci', 'wrong').expect(429)
    await exchange.bearer('wrong').expect(429)
    await exchange.basic('alice+ci', 'wrong').expect(401)
  })

  it('of whomever, from one address: they are refused, but no right one', async () => {
    for (const name of ROBOTS) await fail(60, `alice+${name}`, ATTACKER)
    await login('alice+ci', 'wrong', ATTACKER).expect(429)
    await login('alice+ci', stage.robotToken, ATTACKER).expect(200)
    await login('alice+ci', 'wrong', OFFICE).expect(401)
  })

  it('leave passwords alone', async () => {
    await fail(9, 'alice', ATTACKER)
    for (const name of ROBOTS) await fail(60, `alice+${name}`, ATTACKER)
    await fail(1, 'alice', ATTACKER)
    await login('alice', PASSWORD, ATTACKER).expect(429)
  })

  it('of an application', async () => {
    await stage.organization('acme')
    const admin = await stage.client('alice', 'org:admin')
    const made = () => admin.post('/api/v1/organization/acme/applications', { name: 'ci' })
    const [one, other] = [(await made()).body.client_id, (await made()).body.client_id]
    const ask = (client: string) =>
      request(stage.url).post('/oauth/token').set(basic(client, 'wrong'))
    for (let n = 0; n < 60; n++) await ask(`nobody${n}`).expect(401)
    const { status, body } = await ask('nobody')
    expect([status, body.error]).toEqual([429, 'temporarily_unavailable'])
    for (let n = 0; n < 60; n++) await ask(one).expect(401)
    await ask(one).expect(429)
    await ask(other).expect(401)
    // Of the same name, and in the log each for itself.
    const entries = await stage.db.auditEntry.findMany({ where: { kind: 'login_failure' } })
    const of = (client: string) =>
      entries.filter(({ metadata }) => (metadata as { client_id?: string }).client_id === client)
    expect([of(one), of(other)].map(({ length }) => length)).toEqual([10, 1])
  })
})

describe('what is counted', () => {
  it('is the address without the port that some proxies add', async () => {
    await fail(5, 'alice', `${ATTACKER}:1234`)
    await fail(5, 'alice', `${ATTACKER}:5678`)
    await login('alice', PASSWORD, ATTACKER).expect(429)
    await login('alice', PASSWORD, `${OFFICE}:1234`).expect(200)
    await fail(10, 'alice', '[2001:db8::1]:1234')
    await login('alice', PASSWORD, '2001:db8::2').expect(429)
  })

  it('is the address, of IPv6 the network of 64 bits', () => {
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe(networkOf('2001:db8:1:2:ffff::1'))
    expect(networkOf('2001:db8:1:3::1')).not.toBe(networkOf('2001:db8:1:2::1'))
    expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1')
    expect(networkOf(undefined)).toBe('unknown')
  })

  it('takes no more memory than it may', () => {
    const windows = createWindows({ clock: stage.time.clock, windowMs: 1000, maxKeys: 2 })
    for (const key of ['a', 'b', 'c', 'c']) windows.add(key)
    expect(['a', 'b', 'c'].map(windows.count)).toEqual([0, 1, 2])
  })
})
