import { decodeJwt } from 'jose'
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FederationEntry } from '../../src/domain/federation-entry.ts'
import type { TelemetryEvent } from '../../src/domain/telemetry.ts'
import { basic } from '../helpers/api.ts'
import { createShiftedClock } from '../helpers/clock.ts'
import { exchangeOf, LOOPBACK } from '../helpers/federation.ts'
import { type Issuer, startIssuer } from '../helpers/issuer.ts'
import { auditEntries, namespaceId, setEnabled } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// An identity token as the password of a robot: judged as by the exchange, without a robot token in between.

const ROBOT = 'acme+ci'
const SCOPE = 'repository:acme/web:push,pull,delete'
const NOT_TAKEN = `Could not find robot with username: ${ROBOT} and supplied password.`

const time = createShiftedClock()
let stage: Stage
let issuer: Issuer
let stranger: Issuer
let staticToken: string
let happened: TelemetryEvent[]

beforeAll(async () => {
  issuer = await startIssuer()
  stranger = await startIssuer()
  stage = await startStage({
    config: { ...LOOPBACK, trustedProxies: ['127.0.0.1'] },
    surroundings: { clock: time.clock },
  })
  stage.services.telemetry.listen((event) => happened.push(event))
  await stage.people('alice')
  await stage.organization('acme')
  staticToken = await stage.robot(ROBOT)
  await stage.repository('acme/web', { robots: { [ROBOT]: 'admin' } })
  await stage.repository('acme/base', { robots: { [ROBOT]: 'admin' } })
})

beforeEach(async () => {
  time.pass(120)
  happened = []
  await stage.clearLog()
})

afterAll(async () => {
  await stage.close()
  await issuer.close()
  await stranger.close()
})

const ENTRY = () => ({ issuer: issuer.issuer, subject: 'job', audiences: ['us'] })

async function trust(...entries: FederationEntry[]) {
  const owner = { id: await namespaceId(stage.db, 'acme'), name: 'acme', robotPolicy: null }
  await stage.services.federation.set(owner, 'ci', entries, {})
}

const seconds = () => Math.floor(time.clock().getTime() / 1000)

function mint(claims: Record<string, unknown> = {}, by = issuer) {
  const iat = seconds()
  return by.mint({ sub: 'job', aud: 'us', iat, exp: iat + 300, ...claims })
}

const logIn = (password: string, robot = ROBOT, url = stage.url) =>
  request(url).get('/v2/auth').set(basic(robot, password))
const message = (body: { errors: { message: string }[] }) => body.errors[0]?.message

describe('an identity token', () => {
  it('is a password of the robot that trusts it', async () => {
    await trust(ENTRY())
    const { body } = await logIn(await mint())
      .query({ scope: SCOPE })
      .expect(200)
    expect(decodeJwt(body.token)).toMatchObject({
      sub: ROBOT,
      access: [{ type: 'repository', name: 'acme/web', actions: ['push', 'pull', 'delete'] }],
    })
    const outcomes = [
      { event: 'exchange', outcome: 'issued' },
      { event: 'login', kind: 'robot', outcome: 'accepted' },
    ]
    expect(happened.filter(({ event }) => event !== 'issuer_keys')).toEqual(outcomes)
    const { lastAccessedAt } = await stage.db.robot.findFirstOrThrow()
    expect(lastAccessedAt?.getTime()).toBeGreaterThan(0)
  })

  it('stands in the owner’s log as an exchange does', async () => {
    await trust(ENTRY())
    await stage.clearLog()
    await logIn(await mint())
      .query({ scope: SCOPE })
      .expect(200)
    const [entry, more] = await auditEntries(stage.db)
    expect(more).toBeUndefined()
    expect([entry?.kind, entry?.metadata]).toEqual([
      'federated_robot_token_exchange',
      expect.objectContaining({
        type: 'v2auth',
        robot: 'ci',
        issuer: issuer.issuer,
        subject: 'job',
      }),
    ])
    expect(entry?.metadata).not.toHaveProperty('token_id')
  })

  it('comes in a form too, and with 24 KiB', async () => {
    await trust(ENTRY())
    const bare = (await mint({ groups: '' })).length
    const large = await mint({ groups: 'g'.repeat(Math.floor(((24 * 1024 - bare) * 3) / 4) - 4) })
    expect(large.length).toBeGreaterThan(24 * 1024 - 16)
    await logIn(large).expect(200)
    const form = { grant_type: 'password', username: ROBOT, password: large }
    await request(stage.url).post('/v2/auth').type('form').send(form).expect(200)
  })

  it('reaches what the entry lets have of what the robot reaches', async () => {
    await trust({ ...ENTRY(), registry_scopes: ['repository:acme/web:pull'] })
    const scope = [SCOPE, 'repository:acme/base:pull']
    const { body } = await logIn(await mint())
      .query({ scope })
      .expect(200)
    expect(decodeJwt<{ access: { actions: string[] }[] }>(body.token).access).toMatchObject([
      { actions: ['pull'] },
      { actions: [] },
    ])
  })

  it.each([
    ['as long as a registry token', 600, 3600, 300],
    ['no longer than the entry says', 90, 3600, 90],
    ['no longer than itself', 600, 120, 120],
    ['but as long as clients count on', 600, 10, 60],
  ])('gives %s', async (_, expires_in, life, expected) => {
    await trust({ ...ENTRY(), expires_in })
    const { body } = await logIn(await mint({ exp: seconds() + life })).expect(200)
    const { exp = 0 } = decodeJwt(body.token)
    expect(Math.abs(exp - seconds() - expected)).toBeLessThan(3)
    expect(Math.abs(body.expires_in - expected)).toBeLessThan(3)
  })

  it('gives no longer than a robot token lives, where registry tokens live longer', async () => {
    await trust(ENTRY())
    const other = await startStage({
      database: stage.database,
      config: { ...LOOPBACK, robotTokenTtl: 90, registryTokenTtl: 600 },
      surroundings: { clock: time.clock },
    })
    const token = await mint({ exp: seconds() + 3600 })
    const { body } = await logIn(token, ROBOT, other.url).expect(200)
    expect(Math.abs(body.expires_in - 90)).toBeLessThan(3)
    await other.close()
  })

  it('buys one registry token where it is good for one', async () => {
    await trust({ ...ENTRY(), single_use: true })
    const token = await mint({ jti: 'once' })
    await logIn(token).expect(200)
    const { body } = await logIn(token).expect(401)
    expect(message(body)).toBe('token_used: the identity token was exchanged before')
    await exchangeOf(stage.url).basic(ROBOT, token).expect(401)
    const other = await mint({ jti: 'another' })
    await exchangeOf(stage.url).basic(ROBOT, other).expect(200)
    await logIn(other).expect(401)
  })
})

describe('a refusal says its code', () => {
  const entry = () => ({ ...ENTRY(), claims: { environment: 'live' }, max_token_age: 60 })
  it.each<[string, () => Promise<string>]>([
    ['not_configured: issuer ', () => mint({}, stranger)],
    ['subject_mismatch: Token does not match robot', () => mint({ sub: 'other' })],
    ["audience_mismatch: Invalid token: Audience doesn't match", () => mint({ aud: 'them' })],
    ['claim_mismatch: environment is test', () => mint({ environment: 'test' })],
    [
      // Some seconds may pass until it is judged.
      'token_too_old: the token was issued 100',
      () => mint({ environment: 'live', iat: seconds() - 1000 }),
    ],
    ['invalid_token: Invalid token: Signature has expired', () => mint({ exp: seconds() - 60 })],
    [
      'invalid_token: Invalid token: Missing `kid` header',
      () => issuer.mint({}, { header: { kid: undefined } }),
    ],
  ])('%s', async (words, tokenOf) => {
    await trust(entry())
    const token = await tokenOf()
    await stage.clearLog()
    const { body, headers } = await logIn(token).expect(401)
    expect(headers['www-authenticate']).toContain('/v2/auth')
    expect(body).toEqual({
      errors: [{ code: 'UNAUTHORIZED', detail: {}, message: expect.stringContaining(words) }],
    })
    const [code] = words.split(':')
    expect(happened).toContainEqual({ event: 'exchange', outcome: code })
    expect(happened).toContainEqual({ event: 'login', kind: 'robot', outcome: 'refused' })
    const [logged, more] = await auditEntries(stage.db)
    expect([logged?.kind, more]).toEqual(['login_failure', undefined])
    expect(logged?.metadata).toMatchObject({ type: 'v2auth', robot: ROBOT })

    const form = { grant_type: 'password', username: ROBOT, password: await tokenOf() }
    const posted = await request(stage.url).post('/v2/auth').type('form').send(form).expect(401)
    expect(posted.body.error).toBe('invalid_grant')
    expect(posted.body.error_description).toContain(code)
  })

  it('also where robots’ owners are switched off', async () => {
    await trust(ENTRY())
    const token = await mint()
    await setEnabled(stage.db, 'acme', false)
    const { body } = await logIn(token).expect(401)
    await setEnabled(stage.db, 'acme', true)
    expect(message(body)).toBe(`owner_disabled: Robot ${ROBOT} owner acme is disabled`)
  })
})

describe('it is a wrong password, as it is to Quay,', () => {
  const isWrong = async (token: string) => {
    const { body } = await logIn(token).expect(401)
    expect(body).toEqual({ errors: [{ code: 'UNAUTHORIZED', detail: {}, message: NOT_TAKEN }] })
    expect(happened.map(({ event }) => event)).toEqual(['login'])
  }

  it('where no entry says for whom tokens are', async () => {
    await trust()
    await isWrong(await mint())
    happened = []
    await trust({ issuer: issuer.issuer, subject: 'job' })
    const token = await mint()
    await isWrong(token)
    await exchangeOf(stage.url).basic(ROBOT, token).expect(200)
  })

  it('where it says that this service has issued it', async () => {
    await trust(ENTRY())
    await isWrong(await mint({ iss: stage.config.tokenIssuer }))
    await isWrong('no.identity.token').catch(() => {})
  })
})

it('is refused in words of its own where the policy says so, right or wrong, and the owner is told', async () => {
  await trust(ENTRY())
  const { policy } = stage.config
  const config = { ...LOOPBACK, policy: { ...policy, identityTokenAsPassword: false } }
  const { database } = stage
  const other = await startStage({ database, config, surroundings: { clock: time.clock } })
  const words =
    'Identity tokens are no passwords here (policy.identity_token_as_password): exchange the token for a robot token, and ' +
    'log in with that'
  const saidTo = async (token: string) => message((await logIn(token, ROBOT, other.url)).body)
  expect(await saidTo(await mint())).toBe(words)
  await other.services.settled()
  expect(
    (await stage.db.auditEntry.findFirst({ orderBy: { id: 'desc' } }))?.metadata,
  ).toMatchObject({ type: 'v2auth', robot: ROBOT, message: words })
  await trust()
  expect(await saidTo(await mint({}, stranger))).toBe(words)
  expect(await saidTo('x')).toBe(NOT_TAKEN)
  await other.close()
})

it('is judged by the entries alone that say for whom tokens are', async () => {
  await trust({ issuer: issuer.issuer, subject: 'job' }, { ...ENTRY(), subject: 'other job' })
  const { body } = await logIn(await mint()).expect(401)
  expect(message(body)).toBe('subject_mismatch: Token does not match robot')
})

it('tells nobody more of a robot that is not there than another password does', async () => {
  const answers = []
  for (const password of ['x', await mint(), await mint({}, stranger)]) {
    const { status, body, headers } = await logIn(password, 'acme+nobody')
    answers.push({ status, body, challenge: headers['www-authenticate'] })
  }
  expect(answers[1]).toEqual(answers[0])
  expect(answers[2]).toEqual(answers[0])
  expect(happened.every(({ event }) => event === 'login')).toBe(true)
})

it('leaves the other passwords of a robot what they are', async () => {
  await trust(ENTRY())
  await logIn(staticToken).expect(200)
  const { body } = await exchangeOf(stage.url)
    .basic(ROBOT, await mint())
    .expect(200)
  await logIn(body.token).expect(200)
  happened = []
  await trust({ ...ENTRY(), expires_in: 60 })
  const refused = await logIn(body.token).expect(401)
  expect(message(refused.body)).toContain('The robot token was revoked')
  expect(happened.map(({ event }) => event)).toEqual(['login'])
})

it('is no password at other doors', async () => {
  await trust(ENTRY())
  const ask = (password: string) =>
    request(stage.url)
      .post('/oauth2/federation/robot/introspect')
      .set(basic(ROBOT, password))
      .type('form')
      .send({ token: 'x' })
  await ask(await mint()).expect(401)
  await ask(staticToken).expect(200)
})

it('slows down who sends wrong ones, together with those of the exchange; issuers are not asked for them', async () => {
  await trust(ENTRY(), { ...ENTRY(), issuer: stranger.issuer })
  const from = <T extends request.Test>(test: T) => test.set('x-forwarded-for', '203.0.113.7')
  const wrong = await mint({ sub: 'other' })
  for (let n = 0; n < 30; n++) {
    await from(logIn(wrong)).expect(401)
    await from(exchangeOf(stage.url).basic(ROBOT, wrong)).expect(401)
  }
  const { headers } = await from(logIn(wrong)).expect(429)
  expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  await from(logIn(await mint())).expect(200)
  const asked = stranger.requests.length
  await from(logIn(await mint({}, stranger))).expect(429)
  expect(stranger.requests).toHaveLength(asked)
  await logIn(await mint({}, stranger)).expect(200)
})

it('counts a client’s second try as one', async () => {
  await trust(ENTRY())
  await stage.clearLog()
  const wrong = await mint({ sub: 'other' })
  const form = { grant_type: 'password', username: ROBOT, password: wrong }
  await request(stage.url).post('/v2/auth').type('form').send(form).expect(401)
  await logIn(wrong).expect(401)
  expect(await auditEntries(stage.db)).toHaveLength(1)
})
