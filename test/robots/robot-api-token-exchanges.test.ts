import { decodeJwt } from 'jose'
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type FederationStage, startFederationStage } from '../federation/federation-stage.ts'
import { apiError, basic, bearer, type Client } from '../helpers/api.ts'
import { exchangeOf } from '../helpers/federation.ts'
import { auditEntries } from '../helpers/rows.ts'
import { POLICY } from '../helpers/service.ts'
import { startStage } from '../helpers/stage.ts'

// The numbered exchanges of the contract of robot API tokens that no other test has, each in full. The others are in
//
//   1–9, 13–15    robot-api-tokens
//   10            robot-callers
//   17            db/read-only-database
//   22, 30        federation/api-scopes: a password at the registry, and a token for the registry alone
//   26–28, 31–34  federation/token-exchange

const ROBOT = 'acme+ci'
const CI = '/api/v1/organization/acme/robots/ci'
const FEDERATION = `${CI}/federation?details=true`
const REFUSED = 'API token is invalid, revoked or expired'
const CHANGED =
  "The robot token was revoked with the federation entry that it came from: exchange the job's identity token again"

let stage: FederationStage
let alice: Client

beforeAll(async () => {
  stage = await startFederationStage()
  await stage.robot(ROBOT)
  alice = await stage.client('alice', 'org:admin', 'user:read', 'repo:admin')
})

beforeEach(async () => {
  await stage.db.federationEntry.deleteMany()
  await stage.clearLog()
})

afterAll(() => stage.close())

const entry = (subject: string, api_scopes?: string) => ({
  ...{ issuer: stage.issuer.issuer, subject, audiences: ['quay'] },
  ...(api_scopes !== undefined && { api_scopes }),
})
const set = async (...entries: object[]) => (await alice.post(FEDERATION, entries).expect(201)).body
const shown = async () => (await alice.get(FEDERATION).expect(200)).body

const identity = (sub: string, claims: object = {}) =>
  stage.issuer.mint({ sub, aud: 'quay', ...claims })
const send = (form: object) => request(stage.url).post('/sts/token').type('form').send(form)
const exchange = async (
  subject: string,
  { scope, ...claims }: { scope?: string; nbf?: number } = {},
) =>
  send({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: await identity(subject, claims),
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    resource: `urn:quay:robot:${ROBOT}`,
    ...(scope !== undefined && { scope }),
  })
const tokenOf = async (subject: string, scope?: string): Promise<string> =>
  (await exchange(subject, scope === undefined ? {} : { scope })).body.access_token

/** The status of a call as the robot, and what is said to be wrong with the token. */
async function asked(token: string, url = stage.url) {
  const { status, headers } = await request(url).get('/api/v1/user/').set(bearer(token))
  const words = /error_description="([^"]*)"/.exec(headers['www-authenticate'] ?? '')?.[1]
  return words === undefined ? [status] : [status, words]
}
/** The same at the registry. */
async function loggedIn(token: string) {
  const { status, body } = await stage.api.login(ROBOT, token)
  return status === 200 ? [200] : [status, body.errors[0].message]
}
const lastEntry = async () => (await auditEntries(stage.db)).at(-1)

describe('an API token of a robot', () => {
  const make = async (scope = 'user:read') =>
    (await alice.post(`${CI}/tokens`, { name: 'ci', scope }).expect(200)).body

  it('is refused once it was revoked, and while the policy is off (11, 12)', async () => {
    const { token, uuid } = await make()
    expect([await asked(token), await loggedIn(token)]).toEqual([[200], [200]])
    const policy = { ...POLICY, robotApiTokens: false }
    const off = await startStage({ database: stage.database, config: { policy } })
    expect(await asked(token, off.url)).toEqual([401, REFUSED])
    await off.close()
    await alice.delete(`${CI}/tokens/${uuid}`).expect(204)
    expect(await asked(token)).toEqual([401, REFUSED])
    expect(await loggedIn(token)).toEqual([401, REFUSED])
  })

  it('is not made without a scope (13)', async () => {
    const { status, body } = await alice.post(`${CI}/tokens`, { name: 'ci', scope: '' })
    expect([status, body]).toEqual([400, { message: 'Invalid scope: ' }])
  })

  it.each([[[]], [['repo:read', 'of a version to come']]])(
    'is refused where its stored scopes are %j (16)',
    async (scopes: string[]) => {
      const { token, uuid } = await make()
      await stage.db.robotApiToken.update({ where: { id: uuid }, data: { scopes } })
      expect(await asked(token)).toEqual([401, 'API token has invalid scopes'])
      expect(await loggedIn(token)).toEqual([401, 'API token has invalid scopes'])
    },
  )
})

it('a bearer of any other form is nobody (18)', async () => {
  const { token } = (await alice.post(`${CI}/tokens`, { name: 'ci', scope: 'user:read' })).body
  for (const header of ['Bearer nonsense', 'Bearer a.b.c', 'Bearer', token]) {
    const { status, body } = await request(stage.url)
      .get('/api/v1/user/')
      .set('authorization', header)
    expect([header, status, body]).toEqual([header, 401, apiError(stage.url, 'invalid_token')])
  }
})

it('a signed token that names no entry is no token of any entry (19)', async () => {
  await set(entry('job', 'user:read'))
  const token = await tokenOf('job')
  expect(await asked(token)).toEqual([200])
  const claims = decodeJwt(token)
  const sign = (changes: object) =>
    stage.services.signingKeys.sign({ typ: 'robot+jwt' }, { ...claims, ...changes })
  expect(await asked(await sign({}))).toEqual([200])
  for (const nothing of [null, undefined]) {
    const changes = { federation_id: nothing, federation_version: nothing }
    const forged = await sign(changes)
    expect((await asked(forged))[0]).toBe(401)
    expect((await loggedIn(forged))[0]).toBe(401)
  }
  expect((await asked(await sign({ federation_version: null })))[0]).toBe(401)
})

it('a token for an identity token that has expired is refused on whatever it comes to', async () => {
  await set(entry('job', 'user:read'))
  const claims = decodeJwt(await tokenOf('job'))
  const past = Math.floor(Date.now() / 1000) - 60
  const key = { typ: 'robot+jwt' }
  const token = await stage.services.signingKeys.sign(key, { ...claims, exp: past })
  const expired = 'The robot token has expired'
  expect((await asked(token))[1]).toContain(expired)
  expect((await loggedIn(token))[1]).toContain(expired)
  const robot = stage.api.as(token)
  const body = apiError(stage.url, 'invalid_token')
  for (const answer of [
    await robot.get('/api/v1/repository?public=true'),
    await robot.put('/api/v1/repository/acme/web', { description: 'x' }),
    await robot.delete(CI),
  ])
    expect([answer.status, answer.body]).toEqual([401, body])
})

describe('a token for an identity token', () => {
  it('is answered and logged with the scopes that were asked for (20)', async () => {
    const [{ id }] = await set(entry('job', 'repo:read repo:write'))
    const { status, body } = await exchange('job', { scope: 'repo:read' })
    expect([status, body]).toEqual([
      200,
      {
        access_token: expect.any(String),
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: 'Bearer',
        expires_in: 3600,
        scope: 'repo:read',
      },
    ])
    expect(await lastEntry()).toMatchObject({
      ...{ kind: 'federated_robot_token_exchange', namespaceName: 'acme', performerName: ROBOT },
      metadata: {
        ...{ robot: 'ci', subject: 'job', issuer: stage.issuer.issuer },
        ...{ requested_scope: 'repo:read', api_scopes: 'repo:read' },
        ...{ federation_binding_id: id, federation_binding_version: 1 },
      },
    })
    await exchange('job')
    const { metadata } = (await lastEntry()) ?? {}
    expect(metadata).toMatchObject({ api_scopes: 'repo:read repo:write' })
    expect(metadata).not.toHaveProperty('requested_scope')
  })

  it('outlives policy.robot_api_token_exchange, not policy.robot_api_tokens (21)', async () => {
    await set(entry('job', 'user:read'))
    const token = await tokenOf('job')
    const { tokenIssuer, registryService } = stage.config
    for (const [policy, answer] of [
      [{ robotApiTokenExchange: false }, [200]],
      [{ robotApiTokens: false }, [401, REFUSED]],
    ] as const) {
      const config = { tokenIssuer, registryService, policy: { ...POLICY, ...policy } }
      const off = await startStage({ database: stage.database, config })
      expect(await asked(token, off.url)).toEqual(answer)
      await off.close()
    }
  })

  it('ends with other scopes of its entry, also where these include its own (23)', async () => {
    const [saved] = await set(entry('job', 'user:read repo:read'))
    const token = await tokenOf('job', 'user:read')
    expect([await asked(token), await loggedIn(token)]).toEqual([[200], [200]])
    await set({ ...saved, api_scopes: 'user:read repo:write' })
    expect([await asked(token), await loggedIn(token)]).toEqual([
      [401, CHANGED],
      [401, CHANGED],
    ])
  })

  it('has no scopes of the API from the older endpoint, whatever it is asked for (24, 37)', async () => {
    await set(entry('job', 'repo:read'))
    for (let round = 0; round < 2; round++) {
      const { body } = await exchangeOf(stage.url)
        .call(basic(ROBOT, await identity('job')))
        .query({ scope: 'repo:read' })
        .expect(200)
      const claims = decodeJwt(body.token)
      expect(claims.sub).toBe(ROBOT)
      expect(claims).not.toHaveProperty('api_scopes')
      expect(await asked(body.token)).toEqual([401, 'JWT is not valid for API access'])
    }
    const other = await exchangeOf(stage.url).basic(ROBOT, await identity('somebody'))
    expect([other.status, other.body]).toEqual([401, { error: 'Token does not match robot' }])
  })

  it('is not given for an empty form (25)', async () => {
    const { status, body } = await send({})
    expect([status, body]).toEqual([400, { error: 'invalid_request' }])
  })

  it('is not given for more than the entry has, which the owner is told (29)', async () => {
    await set(entry('job', 'repo:read'))
    const { status, body } = await exchange('job', { scope: 'repo:write' })
    expect([status, body]).toEqual([400, { error: 'invalid_grant' }])
    expect(await lastEntry()).toMatchObject({
      ...{ kind: 'login_failure', namespaceName: 'acme' },
      metadata: {
        ...{ code: 'scope_refused', robot: ROBOT, subject: 'job', issuer: stage.issuer.issuer },
        message: "scope_refused: 'repo:write' is not within what the entry gives",
      },
    })
  })

  it('is not given five minutes too early, nor for super:user; without a scope it has all (40)', async () => {
    await set(entry('job', 'repo:read repo:write'))
    const early = await exchange('job', { nbf: Math.floor(Date.now() / 1000) + 300 })
    expect([early.status, early.body]).toEqual([400, { error: 'invalid_grant' }])
    expect(early.headers['x-error-description']).toContain('not yet valid')
    expect((await exchange('job', { scope: 'super:user' })).status).toBe(400)
    expect((await exchange('job')).body.scope).toBe('repo:read repo:write')
  })
})

it('two entries that were set as Quay sets them are told apart by their ids (35, 38)', async () => {
  const entries = [entry('a', 'user:read'), entry('b', 'user:read')]
  const { body } = await alice.post(`${CI}/federation`, entries).expect(201)
  expect(body).toEqual(entries)
  const tokens = { a: await tokenOf('a'), b: await tokenOf('b') }
  const logged = (await auditEntries(stage.db)).slice(-2).map(({ metadata }) => metadata)
  const saved = await shown()
  expect(saved).toMatchObject([{ version: 1 }, { version: 1 }])
  expect(saved[0].id).not.toBe(saved[1].id)
  for (const [index, token] of Object.values(tokens).entries()) {
    const { id } = saved[index]
    expect(decodeJwt(token)).toMatchObject({ federation_id: id, federation_version: 1 })
    const named = { federation_binding_id: id, federation_binding_version: 1 }
    expect(logged[index]).toMatchObject(named)
    expect(await asked(token)).toEqual([200])
  }
})

it('an entry that is left out takes its tokens with it, and leaves the other as it was (36, 39)', async () => {
  const saved = await set(entry('a', 'user:read'), entry('b', 'user:read'))
  const tokens = [await tokenOf('a'), await tokenOf('b')] as const
  expect(await set(saved[1])).toEqual([saved[1]])
  expect(await shown()).toEqual([saved[1]])
  expect(await asked(tokens[0])).toEqual([401, CHANGED])
  expect(await asked(tokens[1])).toEqual([200])
  const gone = await exchange('a')
  expect([gone.status, gone.body]).toEqual([400, { error: 'invalid_grant' }])
  expect((await exchange('b')).status).toBe(200)
  const older = await exchangeOf(stage.url).basic(ROBOT, await identity('a'))
  expect([older.status, older.body]).toEqual([401, { error: 'Token does not match robot' }])
})
