import { decodeJwt } from 'jose'
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Client, invalidRequest } from '../helpers/api.ts'
import { createShiftedClock } from '../helpers/clock.ts'
import { exchangeOf, LOOPBACK } from '../helpers/federation.ts'
import { type Issuer, startIssuer } from '../helpers/issuer.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'
import { auditEntries } from '../helpers/rows.ts'
import { startService, type TestService } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// How long an entry's robot tokens live, and how many an identity token buys.

const PATH = '/api/v1/user/robots/ci'
const ROBOT = 'alice+ci'

const time = createShiftedClock()

let database: TestDatabase
let stage: Stage
let other: TestService
let issuer: Issuer
let alice: Client

beforeAll(async () => {
  database = await createTestDatabase()
  issuer = await startIssuer()
  const options = {
    database,
    config: { ...LOOPBACK, robotTokenTtl: 1800, registryTokenTtl: 300 },
    surroundings: { clock: time.clock },
  }
  stage = await startStage(options)
  other = await startService(options)
  await stage.people('alice')
  alice = await stage.client('alice', 'user:admin')
})

beforeEach(async () => {
  await stage.db.robot.deleteMany()
  await stage.db.usedIdentityToken.deleteMany()
  await alice.put(PATH)
})

afterAll(async () => {
  await other.close()
  await stage.close()
  await issuer.close()
  await database.drop()
})

const entry = (fields: object = {}) => ({ issuer: issuer.issuer, subject: 'job', ...fields })
const trust = (...entries: object[]) => alice.post(`${PATH}/federation`, entries)
const seconds = () => Math.floor(time.clock().getTime() / 1000)
const mint = (claims: object = {}) => {
  const iat = seconds()
  return issuer.mint({ sub: 'job', iat, exp: iat + 300, ...claims })
}
const exchange = (token: string, url = stage.url) => exchangeOf(url).basic(ROBOT, token)

describe('expires_in', () => {
  it.each([
    [undefined, 1800],
    [60, 60],
    [900, 900],
    [1800, 1800],
  ])('is how long robot tokens live: %s', async (expires_in, expected) => {
    const { body: shown } = await trust(entry({ expires_in })).expect(200)
    expect(shown).toEqual([entry(expires_in === undefined ? {} : { expires_in })])
    const { body } = await exchange(await mint()).expect(200)
    const { iat = 0, exp } = decodeJwt(body.token)
    expect(exp).toBe(iat + expected)
  })

  it('ends the robot token', async () => {
    await trust(entry({ expires_in: 120 }))
    const { body } = await exchange(await mint()).expect(200)
    await stage.api.login(ROBOT, body.token).expect(200)
    time.pass(61)
    await stage.api.login(ROBOT, body.token).expect(401)
  })

  it('is no longer than the key that signed it is published, also where that is replaced', async () => {
    await trust(entry())
    const { body } = await exchange(await mint()).expect(200)
    await stage.services.keyRotation.rotate({})
    time.pass(1500)
    await stage.api.login(ROBOT, body.token).expect(200)
  })

  it.each([
    ['soon', 90.9],
    ['after it', 1900],
  ])(
    'is cut by the end of the robot, to the second before where it is none: %s',
    async (_, after) => {
      await trust(entry())
      const end = new Date(time.clock().getTime() + after * 1000)
      end.setMilliseconds(900)
      await alice.patch(PATH, { expires_at: end.toISOString() }).expect(200)
      const { body } = await exchange(await mint()).expect(200)
      const { iat = 0, exp = 0 } = decodeJwt(body.token)
      expect(exp).toBe(Math.min(iat + 1800, Math.floor(end.getTime() / 1000)))
      const login = decodeJwt((await stage.api.login(ROBOT, body.token).expect(200)).body.token)
      expect(login.exp).toBe(Math.min((login.iat ?? 0) + 300, exp))
    },
  )

  it.each([
    [1801, 'expires_in must be at most 1800 (ROBOT_TOKEN_TTL), and is 1801'],
    [59, 'body/0/expires_in Too small: expected number to be >=60'],
    [90.5, 'body/0/expires_in Invalid input: expected int, received number'],
  ])('is refused where it is %s', async (expires_in, detail) => {
    const { status, body } = await trust(entry({ expires_in }))
    expect([status, body]).toEqual([400, invalidRequest(stage.url, detail)])
  })

  it('of before the operator made it shorter is cut, and may be posted again', async () => {
    await trust(entry({ expires_in: 1800 }))
    const config = { ...LOOPBACK, robotTokenTtl: 600 }
    const strict = await startStage({ database, config, surroundings: { clock: time.clock } })
    const { body } = await exchange(await mint(), strict.url).expect(200)
    const { iat = 0, exp } = decodeJwt(body.token)
    expect(exp).toBe(iat + 600)
    const client = strict.api.as(await stage.token('alice', ['user:admin']))
    await client.post(`${PATH}/federation`, [entry({ expires_in: 1800 })]).expect(200)
    await client.post(`${PATH}/federation`, [entry({ expires_in: 1700 })]).expect(400)
    await strict.close()
  })
})

const USED = 'token_used: the identity token was exchanged before'

describe('single_use', () => {
  it('lets an identity token buy one robot token, on whichever server', async () => {
    await trust(entry({ single_use: true }))
    const token = await mint({ jti: 'one' })
    await exchange(token).expect(200)
    for (const url of [stage.url, other.url]) {
      const { status, body } = await exchange(token, url)
      expect([status, body.error]).toEqual([401, USED])
    }
    await exchange(await mint({ jti: 'two' }), other.url).expect(200)
  })

  it('goes by jti, also where the token is issued anew', async () => {
    await trust(entry({ single_use: true }))
    await exchange(await mint({ jti: 'one' })).expect(200)
    await exchange(await mint({ jti: 'one', nonce: 'x' })).expect(401)
  })

  it.each([undefined, '', 7])(
    'goes by what is signed where jti is %j, not by its signature',
    async (jti) => {
      await trust(entry({ single_use: true }))
      const token = await mint({ jti, nonce: String(jti) })
      const text = token.slice(0, token.lastIndexOf('.'))
      const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
      const signature = await crypto.subtle.sign(
        algorithm,
        issuer.key.privateKey,
        Buffer.from(text),
      )
      const again = `${text}.${Buffer.from(signature).toString('base64url')}`
      expect(again).not.toBe(token)
      await exchange(token).expect(200)
      const { status, body } = await exchange(again)
      expect([status, body.error]).toEqual([401, USED])
      await exchange(await mint({ jti, nonce: 'other' })).expect(200)
    },
  )

  it('tells the jti of issuers apart', async () => {
    const second = await startIssuer()
    await trust(entry({ single_use: true }), entry({ issuer: second.issuer, single_use: true }))
    await exchange(await mint({ jti: 'one' })).expect(200)
    const iat = seconds()
    await exchange(await second.mint({ sub: 'job', jti: 'one', iat, exp: iat + 300 })).expect(200)
    await second.close()
  })

  it('takes nothing where the exchange is refused, or not asked to', async () => {
    await trust(entry({ single_use: true, claims: { event: 'push' } }))
    const token = await mint({ jti: 'one' })
    await exchange(token).expect(401)
    await trust(entry({ single_use: false }))
    for (let again = 0; again < 2; again++) await exchange(token).expect(200)
    await trust(entry({ single_use: true }))
    await exchange(token).expect(200)
    await exchange(token).expect(401)
  })

  it('of fifty exchanges at once on two servers lets one through', async () => {
    await trust(entry({ single_use: true }))
    await stage.clearLog()
    const token = await mint({ jti: 'race' })
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => exchange(token, index % 2 ? stage.url : other.url)),
    )
    const granted = answers.filter(({ status }) => status === 200)
    expect(granted).toHaveLength(1)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 401]))
    const kinds = (await auditEntries(stage.db)).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'federated_robot_token_exchange')).toHaveLength(1)
    expect(await stage.db.usedIdentityToken.count()).toBe(1)
  })

  it('is known until the identity token has expired, and then forgotten', async () => {
    await trust(entry({ single_use: true }))
    const token = await mint({ jti: 'one' })
    await exchange(token).expect(200)
    await exchange(await mint({ jti: 'two', exp: 8.64e12 })).expect(200)
    const { usedIdentityTokens } = stage.services
    // A second before it is forgotten, however long this has taken.
    time.pass((decodeJwt(token).exp ?? 0) + 29 - time.clock().getTime() / 1000)
    expect(await usedIdentityTokens.runNow()).toBe(0)
    const { status, body } = await exchange(token)
    expect([status, body.error]).toEqual([401, USED])
    time.pass(32)
    expect(await usedIdentityTokens.runNow()).toBe(1)
    expect((await exchange(token)).body.error).toBe('Invalid token: Signature has expired')
    expect(await stage.db.usedIdentityToken.count()).toBe(1)
  })
})

describe('the end of the robot', () => {
  const endsIn = (left: number) =>
    alice.patch(PATH, { expires_at: new Date((seconds() + left) * 1000).toISOString() }).expect(200)

  it('is the end of its robot tokens', async () => {
    await trust(entry())
    await endsIn(600)
    const { body } = await request(stage.url)
      .post('/oauth2/federation/robot/token')
      .send({ robot: ROBOT, token: await mint() })
    const { exp, iat = 0 } = decodeJwt(body.token)
    expect(exp).toBe(iat + body.expires_in)
    expect(body.expires_in).toBeGreaterThan(590)
    expect(body.expires_in).toBeLessThanOrEqual(600)
  })

  it('lets none be made that could not be used for a registry token', async () => {
    await trust(entry())
    await endsIn(5)
    const { status, body } = await exchange(await mint())
    expect([status, body.error]).toEqual([401, expect.stringContaining(`${ROBOT} expires on`)])
  })
})
