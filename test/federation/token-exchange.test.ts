import { decodeJwt } from 'jose'
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { basic, bearer } from '../helpers/api.ts'
import { exchangeOf, LOOPBACK } from '../helpers/federation.ts'
import {
  status as answerStatus,
  discoveryPath,
  type Issuer,
  startIssuer,
} from '../helpers/issuer.ts'
import { auditEntries, robotRow } from '../helpers/rows.ts'
import { POLICY } from '../helpers/service.ts'
import { startStage } from '../helpers/stage.ts'
import { type FederationStage, startFederationStage } from './federation-stage.ts'

// `POST /sts/token` (RFC 8693): statuses, codes and their order are Quay's.

const ROBOT = 'acme+ci'
const GIVEN = ['repository:acme/web:pull,push', 'repository:acme/ci-*:pull']

let stage: FederationStage
let issuer: Issuer

beforeAll(async () => {
  stage = await startFederationStage()
  issuer = stage.issuer
  await stage.robot(ROBOT, [
    { issuer: issuer.issuer, subject: 'job', audiences: ['quay'], registry_scopes: GIVEN },
    { issuer: issuer.issuer, subject: 'free', audiences: ['quay'], expires_in: 900 },
  ])
  for (const name of ['web', 'ci-lint'])
    await stage.repository(`acme/${name}`, { robots: { [ROBOT]: 'admin' } })
})
beforeEach(() => stage.clearLog())
afterAll(() => stage.close())

const mint = (claims: object = {}) => issuer.mint({ sub: 'job', aud: 'quay', ...claims })

/** What is right, but for what a test says; undefined: not sent. */
async function formOf(changes: Record<string, string | undefined> = {}) {
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: await mint(),
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    resource: `urn:quay:robot:${ROBOT}`,
    ...changes,
  }
  return Object.fromEntries(Object.entries(form).filter(([, value]) => value !== undefined))
}

const post = (form: object | string, url = stage.url) =>
  request(url).post('/sts/token').type('form').send(form)
const exchange = async (changes?: Record<string, string | undefined>) => post(await formOf(changes))

async function refused(changes: Record<string, string | undefined>, error: string) {
  const { status, body, headers } = await exchange(changes)
  expect([status, body]).toEqual([400, { error }])
  expect(headers['cache-control']).toBe('no-store')
}

/** What a registry token gives, by repository. */
async function reached(password: string) {
  const scope = ['web', 'ci-lint'].map((name) => `repository:acme/${name}:push,pull,delete`)
  const { body } = await stage.api.login(ROBOT, password).query({ scope }).expect(200)
  const { access } = decodeJwt<{ access: { name: string; actions: string[] }[] }>(body.token)
  return Object.fromEntries(access.map(({ name, actions }) => [name.slice(5), actions.join()]))
}

describe('a robot token', () => {
  it('is given to who may act as the robot', async () => {
    const { status, body, headers } = await exchange({ subject_token: await mint({ sub: 'free' }) })
    expect([status, body]).toEqual([
      200,
      {
        access_token: expect.any(String),
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: 'Bearer',
        expires_in: 900,
      },
    ])
    expect(headers['cache-control']).toBe('no-store')
    const all = { web: 'push,pull,delete', 'ci-lint': 'push,pull,delete' }
    expect(await reached(body.access_token)).toEqual(all)
  })

  it('reaches what the entry gives, and the answer says so', async () => {
    const { body } = await exchange({ scope: '' })
    expect(body.scope).toBe(GIVEN.join(' '))
    expect(await reached(body.access_token)).toEqual({ web: 'push,pull', 'ci-lint': 'pull' })
  })

  it.each([
    ['repository:acme/web:pull', { web: 'pull', 'ci-lint': '' }],
    ['repository:acme/ci-lint:pull', { web: '', 'ci-lint': 'pull' }],
    [`repository:acme/web:push  ${GIVEN[1]}`, { web: 'push', 'ci-lint': 'pull' }],
  ])('reaches less on request: %s', async (scope, reach) => {
    const { body } = await exchange({ scope })
    expect(body.scope).toBe(scope.replace('  ', ' '))
    expect(await reached(body.access_token)).toEqual(reach)

    const { body: told } = await request(stage.url)
      .post('/oauth2/federation/robot/introspect')
      .set(bearer(await stage.token('alice', ['org:admin'])))
      .type('form')
      .send({ token: body.access_token })
    expect(told).toMatchObject({ active: true, username: ROBOT, scope: body.scope })
  })

  it('is given for an identity token of 24 KiB', async () => {
    const bare = (await mint({ groups: '' })).length
    const groups = 'g'.repeat(Math.floor(((24 * 1024 - bare) * 3) / 4) - 4)
    const token = await mint({ groups })
    expect(token.length).toBeGreaterThan(24 * 1024 - 16)
    expect((await exchange({ subject_token: token })).status).toBe(200)
  })

  it('does not create what it does not reach', async () => {
    const { body } = await exchange({
      scope: 'repository:acme/web:pull',
      subject_token: await mint(),
    })
    const scope = 'repository:acme/made:push,pull'
    const { body: answer } = await stage.api.login(ROBOT, body.access_token).query({ scope })
    expect(decodeJwt(answer.token)).toMatchObject({ access: [{ actions: [] }] })
    expect(await stage.db.repository.count({ where: { name: 'made' } })).toBe(0)
  })

  it('ends with a change of its entry', async () => {
    await stage.robot('acme+other', [{ issuer: issuer.issuer, subject: 'job' }])
    const { body } = await exchange({
      resource: 'urn:quay:robot:acme+other',
      scope: 'repository:acme/web:pull',
    })
    await stage.api.login('acme+other', body.access_token).expect(200)
    await (await stage.client('alice', 'org:admin'))
      .post('/api/v1/organization/acme/robots/other/federation', [
        { issuer: issuer.issuer, subject: 'job', description: 'changed' },
      ])
      .expect(201)
    await stage.api.login('acme+other', body.access_token).expect(401)
  })
})

it('stands in the log as any exchange, with what was asked for', async () => {
  const { body } = await exchange({ scope: 'repository:acme/web:pull' })
  const { id } = await robotRow(stage.db, ROBOT)
  expect(await auditEntries(stage.db)).toMatchObject([
    {
      kind: 'federated_robot_token_exchange',
      performerId: id,
      metadata: {
        robot: 'ci',
        subject: 'job',
        token_id: decodeJwt(body.access_token).jti,
        requested_scope: 'repository:acme/web:pull',
      },
    },
  ])
})

describe('is refused', () => {
  it.each([
    [{ grant_type: undefined }, 'invalid_request'],
    [{ subject_token: undefined }, 'invalid_request'],
    [{ subject_token: '' }, 'invalid_request'],
    [{ subject_token_type: undefined }, 'invalid_request'],
    [{ resource: undefined }, 'invalid_request'],
    [{ subject_token: 'a'.repeat(24_577), grant_type: 'password' }, 'invalid_request'],
    [{ grant_type: 'authorization_code', subject_token_type: 'x' }, 'unsupported_grant_type'],
    [{ subject_token_type: 'access_token', resource: 'x' }, 'invalid_request'],
    [{ requested_token_type: 'x', resource: 'x' }, 'invalid_request'],
    [{ resource: 'not-a-resource' }, 'invalid_target'],
    [{ resource: 'urn:quay:robot:' }, 'invalid_target'],
    [{ resource: 'urn:quay:robot:acme ci' }, 'invalid_target'],
    [{ resource: 'urn:quay:user:acme+ci' }, 'invalid_target'],
    [{ resource: ROBOT }, 'invalid_target'],
    [{ resource: 'urn:quay:robot:acme+none', subject_token: 'a' }, 'invalid_target'],
    [{ resource: 'urn:quay:robot:acme+ci+ci' }, 'invalid_target'],
    [{ resource: 'urn:quay:robot:acme+c\0' }, 'invalid_target'],
    [{ subject_token: 'a' }, 'invalid_grant'],
    [{ subject_token: 'a'.repeat(24_576) }, 'invalid_grant'],
    [{ subject_token: 'e30.e30.', scope: 'repo:read' }, 'invalid_grant'],
    [{ scope: 'repo:read' }, 'invalid_grant'],
    [{ scope: 'super:user' }, 'invalid_grant'],
    [{ scope: 'repository:acme/web:delete' }, 'invalid_grant'],
    [{ scope: 'repository:acme/web:pull,repo:read' }, 'invalid_grant'],
    [{ scope: `${GIVEN.join(' ')} repository:acme/x:pull` }, 'invalid_grant'],
  ])('what says %j: %s', async (changes: Record<string, string | undefined>, error) => {
    await refused(changes, error)
  })

  it.each([
    [{ aud: 'other-audience' }],
    [{ aud: undefined }],
    [{ sub: 'somebody' }],
    [{ iss: 'https://other.example' }],
    [{ exp: 1 }],
    [{ nbf: 9_999_999_999 }],
  ])('a token that claims %j', async (claims: object) => {
    await refused({ subject_token: await mint(claims) }, 'invalid_grant')
  })

  it('a parameter that stands there twice', async () => {
    const form = new URLSearchParams(await formOf())
    form.append('scope', 'repository:acme/web:pull')
    form.append('scope', 'repository:acme/web:push')
    const { status, body } = await post(form.toString())
    expect([status, body]).toEqual([400, { error: 'invalid_request' }])
  })

  it('what is no form, and what is too long for one', async () => {
    const json = await request(stage.url)
      .post('/sts/token')
      .send(await formOf())
    const nothing = await request(stage.url).post('/sts/token')
    const long = await exchange({ padding: 'a'.repeat(32_768) })
    const chunked = await new Promise<{ status: number; body: unknown }>((resolve, reject) => {
      const sent = request(stage.url).post('/sts/token').type('form')
      sent.set('transfer-encoding', 'chunked')
      sent.write(`padding=${'a'.repeat(40_000)}`)
      sent.end((error, answer) => (answer ? resolve(answer) : reject(error)))
    })
    for (const { status, body } of [json, nothing, long, chunked])
      expect([status, body]).toEqual([400, { error: 'invalid_request' }])
  })

  it('another method', async () => {
    const { status, headers } = await request(stage.url).get('/sts/token')
    expect([status, headers.allow]).toEqual([405, 'POST'])
  })
})

it('tells the owner of the robot why', async () => {
  const entry = { issuer: issuer.issuer, subject: 'job', registry_scopes: GIVEN }
  await stage.robot('acme+curious', [entry])
  const resource = 'urn:quay:robot:acme+curious'
  await refused({ resource, scope: 'repository:acme/web:delete' }, 'invalid_grant')
  const entries = await auditEntries(stage.db)
  expect(entries.filter(({ kind }) => kind === 'login_failure')).toMatchObject([
    {
      kind: 'login_failure',
      metadata: {
        type: 'federation',
        robot: 'acme+curious',
        code: 'scope_refused',
        message: "scope_refused: 'repository:acme/web:delete' is not within what the entry gives",
        issuer: issuer.issuer,
        subject: 'job',
      },
    },
  ])
})

it('a scope that is refused uses no token up', async () => {
  await stage.robot('acme+once', [{ issuer: issuer.issuer, subject: 'job', single_use: true }])
  const form = { resource: 'urn:quay:robot:acme+once', subject_token: await mint({ jti: 'one' }) }
  await refused({ ...form, scope: 'repo:read' }, 'invalid_grant')
  expect((await exchange(form)).status).toBe(200)
  await refused(form, 'invalid_grant')
  expect((await exchangeOf(stage.url).basic('acme+once', form.subject_token)).status).toBe(401)
})

it('an issuer that cannot be asked is 503, with the time to wait', async () => {
  const down = await startIssuer()
  down.answer(discoveryPath, answerStatus(500))
  await stage.robot('acme+down', [{ issuer: down.issuer, subject: 'job' }])
  const { status, body, headers } = await exchange({
    resource: 'urn:quay:robot:acme+down',
    subject_token: await down.mint({ sub: 'job' }),
  })
  await down.close()
  expect([status, body]).toEqual([503, { error: 'temporarily_unavailable' }])
  expect(Number(headers['retry-after'])).toBeGreaterThan(0)
})

it('who has sent too many wrong tokens, at whichever door, is told to slow down', async () => {
  const slow = await startStage({ config: LOOPBACK })
  await slow.people('alice')
  await slow.organization('acme')
  await slow.robot(ROBOT, [{ issuer: issuer.issuer, subject: 'job', audiences: ['quay'] }])
  for (let n = 0; n < 60; n++) await exchangeOf(slow.url).basic(ROBOT, 'nonsense')
  const { status, body, headers } = await post(await formOf(), slow.url)
  await slow.close()
  expect([status, body]).toEqual([429, { error: 'slow_down' }])
  expect(Number(headers['retry-after'])).toBeGreaterThan(0)
})

it('the exchange of before looks at no scope', async () => {
  const { body } = await exchangeOf(stage.url)
    .call(basic(ROBOT, await mint()))
    .query({ scope: 'repository:acme/web:pull' })
    .expect(200)
  expect(await reached(body.token)).toEqual({ web: 'push,pull', 'ci-lint': 'pull' })
})

it('is not there where the operator has switched it off, and its tokens stay good', async () => {
  const policy = { ...POLICY, robotApiTokenExchange: false }
  const off = await startStage({ database: stage.database, config: { ...LOOPBACK, policy } })
  expect((await post(await formOf(), off.url)).status).toBe(404)
  const { body } = await request(off.url).get('/.well-known/oauth-authorization-server')
  expect(body).not.toHaveProperty('token_exchange_endpoint')
  await off.close()
})
