import { generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { basic, bearer } from '../helpers/api.ts'
import { exchangeOf, LOOPBACK } from '../helpers/federation.ts'
import {
  type Answer,
  discoveryPath,
  flood,
  hangUp,
  type Issuer,
  json,
  keysPath,
  redirectTo,
  silence,
  startIssuer,
  status,
  text,
} from '../helpers/issuer.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'
import { startService } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

let database: TestDatabase
let stage: Stage
let issuer: Issuer
let exchange: ReturnType<typeof exchangeOf>

beforeAll(async () => {
  database = await createTestDatabase()
  stage = await startStage({ database, config: LOOPBACK })
  exchange = exchangeOf(stage.url)
  await stage.people('alice')
})

beforeEach(async () => {
  // A new one each time, since what is known of an issuer is remembered.
  issuer = await startIssuer()
  await stage.db.robot.deleteMany()
  await stage.robot('alice+ci', [{ issuer: issuer.issuer, subject: 'build' }])
  return () => issuer.close()
})

afterAll(async () => {
  await stage.close()
  await database.drop()
})

describe('credentials', () => {
  it.each<[Record<string, string>, string]>([
    [{}, 'No auth header'],
    [{ authorization: 'Digest abc' }, 'Invalid basic auth header'],
    [{ authorization: 'Basic' }, 'Invalid basic auth header'],
    [{ authorization: 'Basic a b' }, 'Invalid basic auth header'],
    [{ authorization: 'Basic abc' }, 'Could not parse basic auth header'],
    [{ authorization: 'Basic /////w==' }, 'Could not parse basic auth header'],
    [
      { authorization: `Basic ${btoa('alice')}` },
      'Unexpected number of credentials found in basic auth header',
    ],
    [basic('alice', 'token'), 'Invalid robot'],
    [basic('alice+none', 'token'), 'Could not find robot with specified username'],
    [basic('alice+ci', 'token'), 'Invalid token: Not a signed JSON Web Token'],
    [basic('alice+ci', ''), 'Invalid token: Not a signed JSON Web Token'],
    [bearer('token'), 'Invalid token: Not a signed JSON Web Token'],
  ])('that say nothing are refused in the words of Quay: %#', async (headers, error) => {
    const { status, body } = await exchange.call(headers)
    expect([status, body]).toEqual([401, { error }])
  })
})

describe('an identity token', () => {
  const refused = async (token: string, error: string) => {
    const { status, body } = await exchange.basic('alice+ci', token)
    expect([status, body]).toEqual([401, { error }])
  }
  const seconds = (offset: number) => Math.floor(Date.now() / 1000) + offset

  it('is accepted as it should be', async () => {
    const token = await issuer.mint({ sub: 'build' })
    expect((await exchange.basic('alice+ci', token)).status).toBe(200)
  })

  it('of 24 KiB is accepted, as Basic and as Bearer', async () => {
    const short = await issuer.mint({ sub: 'build', groups: '' })
    const groups = 'g'.repeat(Math.floor(((24 * 1024 - short.length) * 3) / 4) - 2)
    const token = await issuer.mint({ sub: 'build', groups })
    expect(token.length).toBeGreaterThan(24 * 1024 - 8)
    expect((await exchange.basic('alice+ci', token)).status).toBe(200)
    expect((await exchange.bearer(token)).status).toBe(200)
    expect((await exchange.bearer(token, 'alice+ci')).status).toBe(200)
  })

  it.each<[string, object, string]>([
    ['of another subject', { sub: 'deploy' }, 'Token does not match robot'],
    ['expired', { exp: seconds(-60) }, 'Invalid token: Signature has expired'],
    [
      'of the future',
      { iat: seconds(90) },
      'Invalid token: Issued At claim (iat) cannot be in the future.',
    ],
    ['without an end', { exp: undefined }, 'Invalid token: Token is missing the "exp" claim'],
    ['without a beginning', { iat: undefined }, 'Invalid token: Token is missing the "iat" claim'],
    ['without an issuer', { iss: undefined }, 'Token does not contain issuer'],
    [
      'of an issuer that nobody configured',
      { iss: 'https://evil.example' },
      'issuer https://evil.example not configured for this robot',
    ],
  ])('is refused: one %s', async (_, claims, error) => {
    await refused(await issuer.mint({ sub: 'build', ...claims }), error)
  })

  it('is refused when another key signed it under the same name', async () => {
    const { privateKey } = await generateKeyPair('ES256')
    const token = await new SignJWT({
      iss: issuer.issuer,
      sub: 'build',
      iat: seconds(0),
      exp: seconds(60),
    })
      .setProtectedHeader({ alg: 'ES256', kid: issuer.key.kid })
      .sign(privateKey)
    await refused(token, 'Invalid token: Signature verification failed')
  })

  it('is refused for a robot without configuration, and the provider is not asked', async () => {
    await stage.robot('alice+plain')
    const { status, body } = await exchange.basic(
      'alice+plain',
      await issuer.mint({ sub: 'build' }),
    )

    expect([status, body]).toEqual([
      401,
      { error: 'Robot does not have federated login configured' },
    ])
    expect(issuer.requests).toEqual([])
  })

  it('of somebody whom no robot trusts does not make the service ask anybody, as Bearer', async () => {
    const { status, body } = await exchange.bearer(await issuer.mint({ sub: 'stranger' }))

    expect([status, body]).toEqual([
      401,
      { error: 'No robot account is configured for this token' },
    ])
    expect(issuer.requests).toEqual([])
  })
})

describe('a provider on a private address', () => {
  it('is not asked unless the operator allows it', async () => {
    const strict = await startService({ database })
    const token = await issuer.mint({ sub: 'build' })
    for (const call of [
      exchangeOf(strict.url).basic('alice+ci', token),
      exchangeOf(strict.url).bearer(token),
    ]) {
      const { status, body } = await call
      expect([status, body]).toEqual([
        401,
        {
          error: expect.stringContaining(
            "127.0.0.1: Invalid URL scheme 'http': only HTTPS is allowed; see OIDC_ALLOWED_HOSTS (address)",
          ),
        },
      ])
    }
    expect(issuer.requests).toEqual([])
    await strict.close()
  })
})

describe('a provider that cannot be asked', () => {
  it.each<[string, string, Answer]>([
    ['answers 500', discoveryPath, status(500)],
    ['answers 404', discoveryPath, status(404)],
    ['answers no JSON', discoveryPath, text('<html>')],
    ['names no keys', discoveryPath, json({})],
    ['never answers', discoveryPath, silence],
    ['hangs up', discoveryPath, hangUp],
    ['never stops', keysPath, flood],
    ['has no key set', keysPath, json([])],
    ['sends the keys in circles', keysPath, redirectTo(keysPath)],
  ])('makes the exchange unavailable for a while: it %s', async (_, path, answer) => {
    issuer.answer(path, answer)
    const token = await issuer.mint({ sub: 'build' })
    const { status, body, headers } = await exchange.basic('alice+ci', token)

    expect([status, body]).toEqual([503, { error: expect.stringContaining(issuer.issuer) }])
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    expect(JSON.stringify(body)).not.toContain('secret of the issuer')
  })

  it('makes the exchange unavailable for a while: it is down', async () => {
    const token = await issuer.mint({ sub: 'build' })
    await issuer.close()
    const { status, headers } = await exchange.bearer(token)

    expect(status).toBe(503)
    expect(headers['retry-after']).toMatch(/^[1-9]\d*$/)
  })

  it('is no fault of the job, which is neither slowed down nor told of', async () => {
    const other = await startIssuer()
    const entries = [issuer, other].map((one) => ({ issuer: one.issuer, subject: 'build' }))
    await stage.robot('alice+both', entries)
    const written = await stage.db.auditEntry.count({ where: { kind: 'login_failure' } })
    issuer.answer(discoveryPath, hangUp)
    const token = await issuer.mint({ sub: 'build' })
    for (let n = 0; n < 61; n++)
      expect((await exchange.basic('alice+both', token)).status).toBe(503)

    const good = await other.mint({ sub: 'build' })
    expect((await exchange.basic('alice+both', good)).status).toBe(200)
    expect(await stage.db.auditEntry.count({ where: { kind: 'login_failure' } })).toBe(written)
    await other.close()
  })

  it('is not missed while its keys are known', async () => {
    const token = await issuer.mint({ sub: 'build' })
    expect((await exchange.basic('alice+ci', token)).status).toBe(200)
    await issuer.close()

    expect((await exchange.basic('alice+ci', token)).status).toBe(200)
  })
})
