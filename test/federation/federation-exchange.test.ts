import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { exchangeOf, LOOPBACK } from '../helpers/federation.ts'
import { startIssuer } from '../helpers/issuer.ts'
import { auditEntries, robotRow, setEnabled } from '../helpers/rows.ts'
import { startService } from '../helpers/service.ts'
import type { Mint } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { clientIdOf, type RealIssuer, startRealIssuer } from '../oidc/real-issuer.ts'

const AUDIENCE = 'https://registry.example'
const subject = clientIdOf('RS256')

let stage: Stage
let provider: RealIssuer
let exchange: ReturnType<typeof exchangeOf>
let identityToken: string

beforeAll(async () => {
  provider = await startRealIssuer()
  stage = await startStage({ config: LOOPBACK })
  exchange = exchangeOf(stage.url)
  await stage.people('alice', 'mallory')
  await stage.organization('acme')
  identityToken = await provider.requestToken(AUDIENCE)
})

beforeEach(async () => {
  await stage.db.robot.deleteMany()
  await setEnabled(stage.db, 'alice', true)
  await stage.robot('acme+ci', [{ issuer: provider.issuer, subject }])
  await stage.clearLog()
})

afterAll(async () => {
  await stage.close()
  await provider.close()
})

describe('a token of a real provider', () => {
  it.each(['basic', 'bearer', 'bearer with ?robot='])(
    'is swapped for a robot token that anybody can verify: %s',
    async (way) => {
      const { status, body, headers } =
        way === 'basic'
          ? await exchange.basic('acme+ci', identityToken)
          : await exchange.bearer(identityToken, way === 'bearer' ? undefined : 'acme+ci')

      expect([status, body]).toEqual([200, { token: expect.any(String) }])
      expect(headers['cache-control']).toBe('no-store')
      const jwks = await request(stage.url).get('/.well-known/jwks.json')
      const { payload } = await jwtVerify(body.token, createLocalJWKSet(jwks.body), {
        issuer: stage.url,
        audience: new URL(stage.url).host,
        subject: 'acme+ci',
      })
      expect(decodeProtectedHeader(body.token)).toMatchObject({
        alg: 'ES256',
        kid: expect.any(String),
      })
      expect(payload.exp).toBe((payload.iat ?? 0) + 3600)
      expect((await stage.api.login('acme+ci', body.token)).status).toBe(200)
    },
  )

  it('is swapped for the robot that is named, where several match', async () => {
    await stage.robot('mallory+trap', [{ issuer: provider.issuer, subject }])
    const ambiguous = await exchange.bearer(identityToken)
    const named = await exchange.bearer(identityToken, 'acme+ci')

    expect([ambiguous.status, ambiguous.body]).toEqual([
      401,
      {
        error:
          'Several robot accounts are configured for this token: name one with ?robot=owner+name',
      },
    ])
    expect(named.status).toBe(200)
    expect((await exchange.basic('acme+ci', identityToken)).status).toBe(200)
  })

  it('is not told of the robots that it matches where its signature is wrong', async () => {
    for (const signature of ['A'.repeat(86), '']) {
      const own = await startIssuer()
      onTestFinished(own.close)
      await stage.db.robot.deleteMany()
      await stage.robot('acme+ci', [{ issuer: own.issuer, subject }])
      await stage.robot('mallory+trap', [{ issuer: own.issuer, subject }])
      const [header, claims] = (await own.mint({ sub: subject })).split('.')
      const { status, body } = await exchange.bearer(`${header}.${claims}.${signature}`)
      expect([status, body]).toEqual([
        401,
        { error: 'Invalid token: Signature verification failed' },
      ])
    }
  })

  it('is good for an entry of its own issuer alone, though another has its subject', async () => {
    const other = await startIssuer()
    onTestFinished(other.close)
    await stage.robot('acme+two', [
      { issuer: provider.issuer, subject: 'one' },
      { issuer: other.issuer, subject: 'two' },
    ])
    const tries: [Mint, string, number][] = [
      [provider.mint, 'one', 200],
      [other.mint, 'two', 200],
      [provider.mint, 'two', 401],
      [other.mint, 'one', 401],
    ]
    for (const [mint, sub, expected] of tries) {
      const token = await mint({ sub })
      const { status, body } = await exchange.basic('acme+two', token)
      expect([status, body.error]).toEqual([
        expected,
        expected === 200 ? undefined : 'Token does not match robot',
      ])
      expect((await exchange.bearer(token)).status).toBe(expected)
    }
  })

  it.each(['mallory+bot', 'acme+none', 'acme', '', 'ACME+ci'])(
    'is not swapped for a robot that is not configured for it: ?robot=%s',
    async (robot) => {
      await stage.robot('mallory+bot')
      const { status, body } = await exchange.bearer(identityToken, robot)
      expect([status, body]).toEqual([401, { error: expect.any(String) }])
    },
  )

  it('is refused while the owner of the robot is disabled', async () => {
    await stage.robot('alice+ci', [{ issuer: provider.issuer, subject }])
    await setEnabled(stage.db, 'alice', false)

    const { status, body } = await exchange.basic('alice+ci', identityToken)
    expect([status, body]).toEqual([401, { error: 'Robot alice+ci owner alice is disabled' }])
  })

  it('is refused while robots are disallowed', async () => {
    const { database } = stage
    const strict = await startService({ database, config: { ...LOOPBACK, robotsDisallow: true } })
    for (const call of [
      exchangeOf(strict.url).basic('acme+ci', identityToken),
      exchangeOf(strict.url).bearer(identityToken),
    ]) {
      const { status, body } = await call
      expect([status, body]).toEqual([
        401,
        { error: 'Robot account have been disabled. Please contact your administrator.' },
      ])
    }
    await strict.close()
  })
})

describe('the audiences of an entry', () => {
  const entries = () => [
    { issuer: provider.issuer, subject: 'any' },
    { issuer: provider.issuer, subject: 'one', audiences: ['a'] },
    { issuer: provider.issuer, subject: 'two', audiences: ['b', 'c'] },
  ]

  const MISMATCH = "Invalid token: Audience doesn't match"
  const MISSING = 'Invalid token: Token is missing the "aud" claim'

  it.each([
    ['any', undefined, undefined],
    ['any', 'x', undefined],
    ['one', 'a', undefined],
    ['one', ['x', 'a'], undefined],
    ['two', ['c'], undefined],
    ['one', 'b', MISMATCH],
    ['one', ['b', 'c'], MISMATCH],
    ['one', 'A', MISMATCH],
    ['two', 'a', MISMATCH],
    ['one', [], MISSING],
    ['one', undefined, MISSING],
  ])('are enforced for its subject alone: %s with aud %j', async (sub, aud, error) => {
    await stage.robot('acme+aud', entries())
    const token = await provider.mint({ sub, aud })
    const { status, body } = await exchange.basic('acme+aud', token)

    expect([status, body.error]).toEqual([error === undefined ? 200 : 401, error])
    expect((await exchange.bearer(token)).status).toBe(status)
  })
})

describe('the log of the owner', () => {
  it('tells of a granted exchange, in the name of the robot', async () => {
    await exchange.basic('acme+ci', identityToken)
    const { id } = await robotRow(stage.db, 'acme+ci')

    expect(await auditEntries(stage.db)).toMatchObject([
      {
        kind: 'federated_robot_token_exchange',
        namespaceName: 'acme',
        performerId: id,
        performerName: 'acme+ci',
        ip: '127.0.0.1',
        metadata: { subject, issuer: provider.issuer, robot: 'ci' },
      },
    ])
  })

  it('tells by which version of which entry, and which run of the job it was', async () => {
    const { id } = await robotRow(stage.db, 'acme+ci')
    const entry = await stage.db.federationEntry.findFirstOrThrow({ where: { robotId: id } })
    const kept = { run_id: '7', repository_id: '456789', sha: 'f00' }
    const claims = { ...kept, jti: 'run-7', actor: 'mona', email: 'mona@example.com' }
    const { body } = await exchange
      .basic('acme+ci', await provider.mint({ sub: subject, ...claims }))
      .expect(200)

    const [{ metadata } = { metadata: {} }] = await auditEntries(stage.db)
    expect(metadata).toEqual({
      subject,
      issuer: provider.issuer,
      robot: 'ci',
      token_id: decodeJwt(body.token).jti,
      federation_binding_id: entry.id,
      federation_binding_version: entry.version,
      jti: 'run-7',
      claims: kept,
    })
  })

  it('tells of refused ones: issuer and subject only where the signature was right', async () => {
    const wrongSubject = await provider.mint({ sub: 'somebody' })
    const forged = `${wrongSubject.slice(0, wrongSubject.lastIndexOf('.'))}.${'A'.repeat(342)}`
    await exchange.basic('acme+ci', wrongSubject)
    await exchange.basic('acme+ci', forged)

    const about = { type: 'federation', kind: 'robot', robot: 'acme+ci' }
    const [first, second, ...more] = await auditEntries(stage.db)
    expect(more).toEqual([])
    expect(first).toMatchObject({
      kind: 'login_failure',
      namespaceName: 'acme',
      performerId: null,
      metadata: {
        ...about,
        message: 'Token does not match robot',
        code: 'subject_mismatch',
        issuer: provider.issuer,
        subject: 'somebody',
      },
    })
    expect(second?.metadata).toMatchObject({
      ...about,
      message: 'Invalid token: Signature verification failed',
      code: 'invalid_token',
    })
    expect(second?.metadata).not.toHaveProperty('subject')
    expect(JSON.stringify([first, second])).not.toContain(wrongSubject.split('.')[2])
  })

  it('tells of at most ten refused ones a minute, and of none for unknown robots', async () => {
    for (let i = 0; i < 12; i++) await exchange.basic('acme+ci', 'nonsense')
    for (let i = 0; i < 3; i++) await exchange.basic('acme+none', 'nonsense')

    expect(await auditEntries(stage.db)).toHaveLength(10)
  })
})
