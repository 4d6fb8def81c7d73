import { decodeJwt } from 'jose'
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import type { Scope } from '../../src/domain/scopes.ts'
import { basic, bearer } from '../helpers/api.ts'
import { federate, LOOPBACK } from '../helpers/federation.ts'
import { type Issuer, startIssuer } from '../helpers/issuer.ts'
import { setEnabled } from '../helpers/rows.ts'
import { PASSWORD } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const PATH = '/oauth2/federation/robot/introspect'
const EXCHANGE = '/oauth2/federation/robot/token'
const INACTIVE = { active: false }

let stage: Stage
let issuer: Issuer
let alice: string
let robot: { name: string; password: string; token: string }
let robots = 0
/** How much the service's clock is ahead of the issuer's (ms). */
let ahead = 0

beforeAll(async () => {
  const surroundings = { clock: () => new Date(Date.now() + ahead) }
  stage = await startStage({ surroundings, config: LOOPBACK })
  issuer = await startIssuer()
  await stage.people('alice', 'bob')
  await stage.organization('acme')
  alice = await stage.token('alice', ['org:admin'])
})
afterAll(async () => {
  await issuer?.close()
  await stage?.close()
})
beforeEach(async () => {
  robots += 1
  const name = `robot${robots}`
  const password = await stage.robot(`acme+${name}`)
  robot = { name, password, token: await federate(stage, `acme+${name}`, issuer) }
})

const ask = (token: string, headers: Record<string, string>) =>
  request(stage.url).post(PATH).set(headers).type('form').send({ token })
const asked = async (headers = bearer(alice), token = robot.token) =>
  (await ask(token, headers).expect(200)).body
const asRobot = (password: string) => basic(`acme+${robot.name}`, password)

it('tells what a robot token says while it is good', async () => {
  const { iss, aud, sub, iat, nbf, exp, jti } = decodeJwt(robot.token)
  const answer = await ask(robot.token, bearer(alice)).expect(200)
  expect(answer.headers['cache-control']).toBe('no-store')
  const expected = { active: true, token_type: 'Bearer', username: sub }
  expect(answer.body).toEqual({ ...expected, iss, aud, sub, iat, nbf, exp, jti })
  expect(answer.body.sub).toBe(`acme+${robot.name}`)
})

it('answers the robot itself, with its static token and with a short-lived one', async () => {
  for (const password of [robot.password, robot.token]) {
    expect(await asked(asRobot(password))).toMatchObject({ active: true })
  }
})

it('tells nothing to others', async () => {
  const other = await stage.robot(`acme+other${robots}`)
  const askers = [
    basic(`acme+other${robots}`, other),
    bearer(await stage.token('bob', ['org:admin', 'user:admin', 'super:user'])),
    bearer(await stage.token('alice', ['repo:admin', 'user:admin', 'repo:create'])),
  ]
  for (const headers of askers) expect(await asked(headers)).toEqual(INACTIVE)
})

it('answers a user about robots of the user', async () => {
  const path = '/api/v1/user/robots/mine'
  const own = await stage.token('bob', ['user:admin'])
  const { api } = stage
  await api.as(own).put(path, {}).expect(200)
  await api.as(own).post(`${path}/federation`, [{ issuer: issuer.issuer, subject: 'job' }])
  const identity = basic('bob+mine', await issuer.mint({ sub: 'job' }))
  const { body } = await api.call('get', EXCHANGE).set(identity).expect(200)
  expect(await asked(bearer(own), body.token)).toMatchObject({ active: true, sub: 'bob+mine' })
  const scopes: Scope[] = ['org:admin']
  expect(await asked(bearer(await stage.token('bob', scopes)), body.token)).toEqual(INACTIVE)
  expect(await asked(bearer(alice), body.token)).toEqual(INACTIVE)
})

it.each([
  ['the robot is regenerated', (name: string) => change('post', `${name}/regenerate`)],
  ['the robot is deleted', (name: string) => change('delete', name)],
  ['the federation entry is removed', (name: string) => change('delete', `${name}/federation`)],
  ['its owner is disabled', () => setEnabled(stage.db, 'acme', false)],
])('knows at once when %s', async (_what, happens) => {
  expect(await asked()).toMatchObject({ active: true })
  try {
    await happens(robot.name)
    expect(await asked()).toEqual(INACTIVE)
  } finally {
    await setEnabled(stage.db, 'acme', true)
  }
})

const change = (method: 'post' | 'delete', path: string) =>
  stage.api
    .as(alice)
    [method](`/api/v1/organization/acme/robots/${path}`)
    .expect(method === 'post' ? 201 : 204)

it('knows when it has expired', async () => {
  const { exp } = await asked()
  onTestFinished(() => {
    ahead = 0
  })
  ahead = exp * 1000 - Date.now() - 10_000
  expect(await asked(asRobot(robot.password))).toMatchObject({ active: true })
  ahead = exp * 1000 - Date.now()
  expect(await asked(asRobot(robot.password))).toEqual(INACTIVE)
})

it('goes by the robot, and calls it by its name, where its organization was renamed', async () => {
  await stage.organization('before')
  const admin = stage.api.as(alice)
  const path = '/api/v1/organization/before/robots/bot'
  await admin.put(path).expect(201)
  await admin.post(`${path}/federation`, [{ issuer: issuer.issuer, subject: 'job' }]).expect(201)
  const identity = basic('before+bot', await issuer.mint({ sub: 'job' }))
  const { token } = (await request(stage.url).get(EXCHANGE).set(identity).expect(200)).body
  await stage.superusers('root')
  const root = await stage.client('root', 'super:user')
  await root.put('/api/v1/superuser/organizations/before', { name: 'after' }).expect(200)

  await stage.api.login('after+bot', token).expect(200)
  await stage.api.login('before+bot', token).expect(401)
  const renamed = { active: true, sub: 'after+bot', username: 'after+bot' }
  expect(await asked(bearer(alice), token)).toMatchObject(renamed)
  expect(await asked(basic('after+bot', token), token)).toMatchObject(renamed)
})

it('calls inactive what is no robot token', async () => {
  const login = await stage.api.login(`acme+${robot.name}`, robot.password)
  const [header, claims] = robot.token.split('.')
  const forged = `${header}.${claims}.${'A'.repeat(86)}`
  for (const token of [login.body.token, robot.password, alice, forged, 'x', 'a.b.c', '\0']) {
    expect(await asked(bearer(alice), token)).toEqual(INACTIVE)
  }
})

it('refuses whoever does not authenticate', async () => {
  const refusals: [Record<string, string>, string][] = [
    [{}, 'invalid_client'],
    [bearer('x'), 'invalid_token'],
    [bearer(robot.token), 'invalid_token'],
    [basic('alice', PASSWORD), 'invalid_client'],
    [asRobot('wrong'), 'invalid_client'],
    [basic('acme+nobody', robot.password), 'invalid_client'],
  ]
  for (const [headers, error] of refusals) {
    const answer = await ask(robot.token, headers)
    expect([answer.status, answer.body]).toEqual([401, { error }])
    expect(answer.headers['www-authenticate']).toContain('Basic realm=')
  }
})

it('looks at no password of a user', async () => {
  await ask(robot.token, basic('alice', 'wrong')).then(({ status }) => expect(status).toBe(401))
  const failures = await stage.db.auditEntry.findMany({ where: { kind: 'login_failure' } })
  expect(failures.filter(({ namespaceName }) => namespaceName === 'alice')).toEqual([])
})

it('refuses what is no question', async () => {
  const post = () => request(stage.url).post(PATH).set(bearer(alice))
  for (const answer of [await post(), await post().type('form').send({ other: '1' })]) {
    expect([answer.status, answer.body]).toEqual([400, { error: 'invalid_request' }])
  }
  expect((await post().send({ token: robot.token })).status).toBe(415)
  await request(stage.url).post(PATH).send({ token: robot.token }).expect(401)
  await request(stage.url).get(PATH).expect(405)
})
