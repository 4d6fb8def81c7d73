import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { exchangeOf, LOOPBACK } from '../helpers/federation.ts'
import { discoveryPath, hangUp, type Issuer, startIssuer } from '../helpers/issuer.ts'
import { snapshot } from '../helpers/rows.ts'
import { createMint, createSigningKey } from '../helpers/signing.ts'
import { startStage } from '../helpers/stage.ts'
import { type FederationStage, startFederationStage } from './federation-stage.ts'

// An administrator asks what an exchange would come to, and gets what the job is not told.

const ROBOTS = {
  '/api/v1/user/robots/ci': 'alice+ci',
  '/api/v1/organization/acme/robots/ci': 'acme+ci',
}
const PATHS = Object.entries(ROBOTS)
const PATH = '/api/v1/user/robots/ci/federation'

let stage: FederationStage
let issuer: Issuer
let alice: Client

beforeAll(async () => {
  stage = await startFederationStage()
  issuer = stage.issuer
  alice = await stage.client('alice', 'user:admin', 'org:admin')
})

beforeEach(async () => {
  await stage.db.robot.deleteMany()
  for (const path of Object.keys(ROBOTS)) await alice.put(path)
})

afterAll(() => stage.close())

const entry = (fields: object = {}) => ({ issuer: issuer.issuer, subject: 'build', ...fields })

async function add(fields: object = {}, path = PATH): Promise<string> {
  const { body } = await alice.post(`${path}/entries`, entry(fields)).expect(201)
  return body.id
}

async function test(input: object, path = PATH) {
  const { body } = await alice.post(`${path}/test`, input).expect(200)
  return body
}

const REACHED = { reached: true, keys: 1, kid: 'first' }

it.each(PATHS)('a token is judged check by check, as for the exchange: %s', async (path, robot) => {
  const federation = `${path}/federation`
  const claims = { repository_id: '1' }
  const first = await add({ audiences: ['https://robots.example.com'] }, federation)
  const second = await add({ claims }, federation)
  const token = await issuer.mint({
    sub: 'build',
    aud: 'https://robots.example.com/',
    repository_id: '2',
  })
  const report = await test({ token }, federation)
  expect(report).toEqual({
    admitted: false,
    reason: 'audience_mismatch',
    message: "Invalid token: Audience doesn't match",
    entry: null,
    checks: [
      { entry: first, check: 'issuer', expected: issuer.issuer, got: issuer.issuer, ok: true },
      { entry: first, check: 'subject', expected: 'build', got: 'build', ok: true },
      {
        entry: first,
        check: 'audiences',
        expected: ['https://robots.example.com'],
        got: ['https://robots.example.com/'],
        ok: false,
        differs_at: 26,
      },
      { entry: second, check: 'issuer', expected: issuer.issuer, got: issuer.issuer, ok: true },
      { entry: second, check: 'subject', expected: 'build', got: 'build', ok: true },
      {
        entry: second,
        check: 'claims.repository_id',
        expected: '1',
        got: '2',
        ok: false,
        differs_at: 0,
      },
    ],
    issuer: REACHED,
    warnings: [],
  })
  const exchanged = await exchangeOf(stage.url).basic(robot, token)
  expect([exchanged.status, exchanged.body.error]).toEqual([401, report.message])

  const good = await issuer.mint({ sub: 'build', repository_id: '1' })
  expect(await test({ token: good }, federation)).toMatchObject({ admitted: true, entry: second })
  await exchangeOf(stage.url).basic(robot, good).expect(200)
})

it('of a pattern it says how much of the subject could have been the beginning of what it stands for', async () => {
  const subject = 'repo:acme*/web*:ref:refs/heads/main'
  await add({ subject, subject_match: 'glob' })
  const places = {
    'repo:acme@1/web@2:ref:refs/heads/master': 'repo:acme@1/web@2:ref:refs/heads/ma',
    'repo:acme/web:environment:production': 'repo:acme/web:',
    'repo:other/web:ref:refs/heads/main': 'repo:',
    'repo:acme/ap\u{1F680}web:ref:refs/heads/main': 'repo:acme/',
    'repo:acme/web:ref:refs/heads/main2': 'repo:acme/web:ref:refs/heads/main',
    'repo:acme/web\u{1F680}:ref:refs/tags/main': 'repo:acme/web\u{1F680}:ref:refs/',
    'repo:acme/web': 'repo:acme/web',
  }
  for (const [sub, fitting] of Object.entries(places)) {
    const { checks } = await test({ claims: { iss: issuer.issuer, sub } })
    const differs_at = [...fitting].length
    expect(checks.at(-1)).toMatchObject({ expected: subject, got: sub, ok: false, differs_at })
  }
  await add({ subject: 'repo:acme/**/web', subject_match: 'glob' })
  const { checks } = await test({ claims: { iss: issuer.issuer, sub: 'repo:acme/a:b/webs' } })
  expect(checks.at(-1)).toMatchObject({ check: 'subject', ok: false, differs_at: 18 })
})

it('nothing is issued, stored, used up or logged', async () => {
  await add({ single_use: true })
  const token = await issuer.mint({ sub: 'build', jti: 'once' })
  const before = await snapshot(stage.db)
  for (let time = 0; time < 2; time++) {
    const report = await test({ token })
    expect([report.admitted, Object.keys(report)]).toEqual([
      true,
      expect.not.arrayContaining(['token']),
    ])
  }
  expect(await snapshot(stage.db)).toEqual(before)
  await exchangeOf(stage.url).basic('alice+ci', token).expect(200)
  expect(await test({ token })).toMatchObject({ admitted: false, reason: 'token_used' })
})

describe('a token that is not good is said to be so, and its claims are judged all the same', () => {
  const seconds = () => Math.floor(Date.now() / 1000)

  it.each<[string, object, string]>([
    ['expired', { exp: seconds() - 60 }, 'Invalid token: Signature has expired'],
    ['not yet valid', { nbf: seconds() + 600 }, 'Invalid token: The token is not yet valid (nbf)'],
  ])('%s', async (_, claims, message) => {
    const id = await add()
    const report = await test({ token: await issuer.mint({ sub: 'build', ...claims }) })
    expect(report).toMatchObject({ admitted: false, reason: 'invalid_token', message, entry: id })
    expect(report.checks).toHaveLength(2)
  })

  it('signed by another, or by an unknown key', async () => {
    await add()
    const forge = async (kid: string) => {
      const mint = createMint(issuer.issuer, await createSigningKey('ES256', kid))
      return test({ token: await mint({ sub: 'build' }) })
    }
    for (const kid of ['first', 'other']) {
      expect(await forge(kid)).toMatchObject({ admitted: false, issuer: { ...REACHED, kid } })
    }
  })

  it('unreadable', async () => {
    await add()
    for (const token of ['', 'x', 'a.b.c', 'x'.repeat(30_000)]) {
      expect(await test({ token })).toMatchObject({
        admitted: false,
        reason: 'invalid_token',
        checks: [],
        issuer: { reached: false, reason: 'not_asked' },
      })
    }
  })

  it('of an issuer that does not answer', async () => {
    const silent = await startIssuer()
    silent.answer(discoveryPath, hangUp)
    await add({ issuer: silent.issuer })
    expect(await test({ token: await silent.mint({ sub: 'build' }) })).toMatchObject({
      admitted: false,
      reason: 'issuer_unavailable',
      issuer: { reached: false, keys: 0, reason: 'connection' },
    })
    await silent.close()
  })

  it('of an issuer that no entry has, which is not asked', async () => {
    await add()
    const other = await startIssuer()
    expect(await test({ token: await other.mint({ sub: 'build' }) })).toMatchObject({
      admitted: false,
      reason: 'not_configured',
      issuer: { reached: false, reason: 'not_asked' },
    })
    expect(other.requests).toEqual([])
    await other.close()
  })
})

it('claims alone are judged as if they were proven', async () => {
  const id = await add({ claims: { repository_id: '1' } })
  const claims = { iss: issuer.issuer, sub: 'build' }
  const good = await test({ claims: { ...claims, repository_id: '1' } })
  expect(good).toMatchObject({ admitted: true, entry: id, issuer: { reached: true, kid: null } })
  expect(good.warnings.map(({ code }: { code: string }) => code)).toEqual([
    'no_audience',
    'plain_http',
  ])
  const { checks, reason } = await test({ claims })
  expect([reason, checks.at(-1)]).toEqual([
    'claim_mismatch',
    { entry: id, check: 'claims.repository_id', expected: '1', ok: false },
  ])
})

it('all that differs from an entry is told at once, and the reason is that of the exchange', async () => {
  await add({ audiences: ['https://a.example'], claims: { repository_id: '1', ref: 'main' } })
  const claims = { iss: issuer.issuer, sub: 'deploy', aud: 'https://b.example', ref: 'main' }
  const { reason, checks } = await test({ claims })
  expect(reason).toBe('subject_mismatch')
  expect(checks.map(({ check, ok }: { check: string; ok: boolean }) => [check, ok])).toEqual([
    ['issuer', true],
    ['subject', false],
    ['audiences', false],
    ['claims.repository_id', false],
    ['claims.ref', true],
  ])
})

it('what the issuer record lays down refuses claims, too', async () => {
  const acme = '/api/v1/organization/acme'
  await alice
    .put(`${acme}/issuers/ci`, {
      issuer: issuer.issuer,
      jwks: { keys: [issuer.key.publicJwk] },
      required_claims: { branch: 'main' },
    })
    .expect(200)
  const path = `${acme}/robots/ci/federation`
  const id = await add({ issuer_ref: 'ci' }, path)
  const claims = { iss: issuer.issuer, sub: 'build' }
  expect(await test({ claims }, path)).toMatchObject({
    admitted: false,
    reason: 'claim_mismatch',
    message: 'claim_mismatch: branch is missing',
    entry: id,
  })
  expect(await test({ claims: { ...claims, branch: 'main' } }, path)).toMatchObject({
    admitted: true,
  })
})

it('a robot that may not act is said to be so', async () => {
  await add()
  const { database } = stage
  const off = await startStage({ database, config: { ...LOOPBACK, robotsDisallow: true } })
  const client = await off.client('alice', 'user:admin')
  const { body } = await client.post(`${PATH}/test`, { token: await issuer.mint({ sub: 'build' }) })
  expect(body).toMatchObject({ admitted: false, reason: 'robots_disabled' })
  await off.close()
})

it.each([{}, { token: 'x', claims: {} }, { token: 1 }, { claims: [] }, { tokens: 'x' }, []])(
  'another form of question is refused: %j',
  async (body) => {
    await alice.post(`${PATH}/test`, body).expect(400)
  },
)

it('there is no answer for a robot that is not there, and none for a member', async () => {
  await alice.post('/api/v1/user/robots/none/federation/test', { claims: {} }).expect(404)
  await stage.people('bob')
  const bob = await stage.client('bob', 'user:admin', 'org:admin')
  await bob.post('/api/v1/organization/acme/robots/ci/federation/test', { claims: {} }).expect(403)
})

it('what is long is cut', async () => {
  await add({ claims: { big: 'x' } })
  const big = 'y'.repeat(5000)
  const { checks } = await test({ claims: { iss: issuer.issuer, sub: 'build', big } })
  expect(checks.at(-1)).toMatchObject({ got: `${big.slice(0, 1000)}…`, differs_at: 0 })
})

it('claims may be as long as those of a token, and no longer', async () => {
  const claims = { iss: issuer.issuer, sub: 'build', big: 'y'.repeat(18_000) }
  expect((await test({ claims })).reason).not.toBe('invalid_token')
  claims.big += 'y'.repeat(500)
  expect(await test({ claims })).toMatchObject({
    reason: 'invalid_token',
    message: 'Invalid token: The token is too long',
    checks: [],
  })
})

it('claims are judged by the record of the entry that admits them, whichever comes first', async () => {
  const acme = '/api/v1/organization/acme'
  const record = { issuer: issuer.issuer, jwks: { keys: [issuer.key.publicJwk] } }
  for (const name of ['one', 'two']) await alice.put(`${acme}/issuers/${name}`, record).expect(200)
  const path = `${acme}/robots/ci/federation`
  await add({ issuer_ref: 'one', subject: 'deploy' }, path)
  const id = await add({ issuer_ref: 'two' }, path)
  const claims = { iss: issuer.issuer, sub: 'build' }
  expect(await test({ claims }, path)).toMatchObject({ admitted: true, entry: id })
})

it('who asks about an issuer that does not answer is not slowed down for it', async () => {
  const gone = await startIssuer()
  const token = await gone.mint({ sub: 'build' })
  await gone.close()
  await alice.put('/api/v1/user/robots/patient')
  const path = '/api/v1/user/robots/patient/federation'
  await add({ issuer: gone.issuer }, path)
  for (let number = 0; number <= 60; number++) await test({ token }, path)
  await alice.delete('/api/v1/user/robots/patient')
})

it('whoever sends many tokens that are refused is slowed down', async () => {
  await alice.put('/api/v1/user/robots/slow')
  const path = '/api/v1/user/robots/slow/federation'
  await add({}, path)
  const token = await issuer.mint({ sub: 'build', exp: 1 })
  for (let number = 0; number < 60; number++) await test({ token }, path)
  await alice.post(`${path}/test`, { token }).expect(429)
  await alice.delete('/api/v1/user/robots/slow')
})
