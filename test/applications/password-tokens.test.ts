import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SCOPES } from '../../src/domain/scopes.ts'
import { apiError, basic, shapeA } from '../helpers/api.ts'
import { auditEntries, setEnabled, snapshot } from '../helpers/rows.ts'
import { PASSWORD } from '../helpers/service.ts'
import { startStage } from '../helpers/stage.ts'
import { type Logins, many, startLogins } from '../logins/login-stage.ts'

// A user who has only a password makes an API token with it.

const TOKENS = '/api/v1/user/tokens'
const HERE = '203.0.113.7'
const WANTED = { name: 'laptop', scope: 'user:admin' }

let stage: Logins

beforeAll(async () => {
  stage = await startLogins()
})

afterAll(() => stage.close())

beforeEach(async () => {
  stage.time.pass(120)
  await stage.db.oAuthToken.deleteMany()
  await stage.clearLog()
})

const make = (user: string, password: string, body: object = {}, from = HERE) =>
  request(stage.url)
    .post(TOKENS)
    .set(basic(user, password))
    .set('x-forwarded-for', from)
    .send({ ...WANTED, ...body })

it.each(['alice', 'alice@example.com', 'ALICE@example.com'])(
  'makes one as %s, with whatever scopes',
  async (login) => {
    const { body, headers } = await make(login, PASSWORD, { scope: SCOPES.join(' ') }).expect(201)
    expect(body).toMatchObject({ name: 'laptop', scope: SCOPES.join(' '), made_by: null })
    expect(headers['cache-control']).toBe('no-store')
    const alice = stage.api.as(body.token)
    expect((await alice.get('/api/v1/user/').expect(200)).body.username).toBe('alice')
    await alice.get('/api/v1/superuser/users/').expect(403)
    const { tokens } = (await alice.get(TOKENS).expect(200)).body
    expect(tokens.map(({ uuid }: { uuid: string }) => uuid)).toEqual([body.uuid])
  },
)

it('stands in the log of the user', async () => {
  const { body } = await make('alice', PASSWORD, { expires_in: '1h' }).expect(201)
  expect(await auditEntries(stage.db)).toMatchObject([
    {
      kind: 'create_oauth_api_token',
      namespaceName: 'alice',
      performerName: 'alice',
      tokenId: null,
      ip: HERE,
      metadata: { token_uuid: body.uuid, scopes: ['user:admin'], made_with: 'password' },
    },
  ])
})

it('lives no longer than the installation lets it', async () => {
  const { body } = await make('alice', PASSWORD).expect(201)
  const year = 365 * 86_400_000
  expect(Date.parse(body.expires_at) - Date.parse(body.created)).toBe(year)
  const { status, body: refusal } = await make('alice', PASSWORD, { expires_in: '366d' })
  expect([status, refusal.message]).toEqual([400, expect.stringContaining('limits.token_lifetime')])
})

describe('a wrong password', () => {
  it('makes none, and stands in the log', async () => {
    const { status, body } = await make('alice', 'wrong')
    expect([status, body]).toEqual([401, apiError(stage.url, 'invalid_token')])
    await stage.services.settled()
    expect(await stage.db.oAuthToken.count()).toBe(0)
    expect(await auditEntries(stage.db)).toMatchObject([
      {
        kind: 'login_failure',
        namespaceName: 'alice',
        ip: HERE,
        metadata: {
          ...{ type: 'quayauth', kind: 'user', username: 'alice' },
          message: 'Invalid Username or Password',
        },
      },
    ])
  })

  it('is slowed down together with those at the registry', async () => {
    for (const n of many(5, (index) => index)) {
      await make('alice', `wrong${n}`).expect(401)
      await stage.login('alice', `as wrong${n}`, HERE).expect(401)
    }
    const { status, body, headers } = await make('alice', PASSWORD)
    const words = 'Too many failed logins'
    expect([status, body]).toEqual([429, shapeA(stage.url, 429, 'rate_limited', words)])
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    await stage.login('alice', PASSWORD, HERE).expect(429)
    await make('alice', PASSWORD, {}, '198.51.100.20').expect(201)
    stage.time.pass(Number(headers['retry-after']))
    await make('alice', PASSWORD).expect(201)
  })
})

it('is counted among log-ins', async () => {
  const events: object[] = []
  stage.services.telemetry.listen((event) => void events.push(event))
  await make('alice', PASSWORD).expect(201)
  await make('alice', 'wrong').expect(401)
  expect(events.filter((event) => 'kind' in event)).toEqual([
    { event: 'login', kind: 'user', outcome: 'accepted' },
    { event: 'login', kind: 'user', outcome: 'refused' },
  ])
})

it('is made for nobody who is disabled', async () => {
  await setEnabled(stage.db, 'bob', false)
  const before = await snapshot(stage.db)
  await make('bob', PASSWORD).expect(401)
  expect(await snapshot(stage.db)).toEqual(before)
  await setEnabled(stage.db, 'bob', true)
})

it.each([
  ['carol', 'gets a new password', { password: 'another-one' }],
  ['dave', 'is disabled', { enabled: false }],
])('is not made for %s, who %s on another server meanwhile', async (username, _, change) => {
  await stage.people(username)
  const other = await startStage({ database: stage.database })
  const { passwordLogin, userTokens } = stage.services
  const proof = await passwordLogin.atApi({ username, password: PASSWORD }, {})
  if (!('user' in proof)) throw new Error('the password is right')
  await other.services.superuserUsers.updateAny(username, change, {})
  await other.close()
  const before = await snapshot(stage.db)
  const making = userTokens.create(proof.user, { ...WANTED, expiresIn: undefined }, proof)
  await expect(making).rejects.toMatchObject({ code: 'invalid_token' })
  expect(await snapshot(stage.db)).toEqual(before)
})
