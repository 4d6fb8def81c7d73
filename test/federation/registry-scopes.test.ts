import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { exchangeOf } from '../helpers/federation.ts'
import type { Issuer } from '../helpers/issuer.ts'
import { setEnabled } from '../helpers/rows.ts'
import { type FederationStage, startFederationStage } from './federation-stage.ts'

// What a robot token reaches by an entry with `registry_scopes`: no more than these, and no more than the robot.

const PATH = '/api/v1/organization/acme/robots/ci'
const ROBOT = 'acme+ci'

let stage: FederationStage
let issuer: Issuer
let alice: Client
let staticToken: string

beforeAll(async () => {
  stage = await startFederationStage()
  issuer = stage.issuer
  alice = await stage.client('alice', 'org:admin', 'repo:admin')
})

beforeEach(async () => {
  await stage.db.repository.deleteMany()
  await stage.db.robot.deleteMany()
  staticToken = (await alice.put(PATH).expect(201)).body.token
  for (const name of ['web', 'ci-lint', 'team/app'])
    await stage.repository(`acme/${name}`, { robots: { [ROBOT]: 'admin' } })
  await stage.repository('acme/public', {}, 'public')
})

afterAll(() => stage.close())

const entry = (registry_scopes?: string[]) => ({
  issuer: issuer.issuer,
  subject: 'job',
  ...(registry_scopes && { registry_scopes }),
})

async function robotToken(registry_scopes?: string[]): Promise<string> {
  await alice.post(`${PATH}/federation`, [entry(registry_scopes)]).expect(201)
  const identity = await issuer.mint({ sub: 'job' })
  return (await exchangeOf(stage.url).basic(ROBOT, identity).expect(200)).body.token
}

/** What a registry token gives, by repository. */
async function reached(password: string, ...names: string[]) {
  const scope = names.map((name) => `repository:acme/${name}:push,pull,delete`)
  const { body } = await stage.api.login(ROBOT, password).query({ scope }).expect(200)
  const { access } = decodeJwt<{ access: { name: string; actions: string[] }[] }>(body.token)
  return Object.fromEntries(access.map(({ name, actions }) => [name.slice(5), actions.join()]))
}
const ALL = ['web', 'ci-lint', 'team/app', 'public'] as const

it('is all that the robot reaches where the entry says nothing', async () => {
  const everything = {
    web: 'push,pull,delete',
    'ci-lint': 'push,pull,delete',
    'team/app': 'push,pull,delete',
    public: 'pull',
  }
  expect(await reached(await robotToken(), ...ALL)).toEqual(everything)
  expect(await reached(staticToken, ...ALL)).toEqual(everything)
})

it.each<[string[], string, string, string, string]>([
  [['repository:acme/web:pull,push'], 'push,pull', '', '', ''],
  [['repository:acme/ci-*:pull'], '', 'pull', '', ''],
  [['repository:acme/web:push', 'repository:acme/*:pull'], 'push,pull', 'pull', '', 'pull'],
  [['repository:acme/**:pull'], 'pull', 'pull', 'pull', 'pull'],
  [['repository:acme/**:*'], 'push,pull,delete', 'push,pull,delete', 'push,pull,delete', 'pull'],
  [['repository:other/web:pull,push'], '', '', '', ''],
])('is what %j lets have of that', async (scopes, web, lint, app, open) => {
  const reach = await reached(await robotToken(scopes), ...ALL)
  expect(reach).toEqual({ web, 'ci-lint': lint, 'team/app': app, public: open })
  expect((await reached(staticToken, 'web')).web).toBe('push,pull,delete')
})

it('is cut again at each use with what the robot may then', async () => {
  const token = await robotToken(['repository:acme/web:pull,push'])
  expect(await reached(token, 'web')).toEqual({ web: 'push,pull' })
  await alice
    .put(`/api/v1/repository/acme/web/permissions/user/${ROBOT}`, { role: 'read' })
    .expect(200)
  expect(await reached(token, 'web')).toEqual({ web: 'pull' })
  await alice.delete(`/api/v1/repository/acme/web/permissions/user/${ROBOT}`).expect(204)
  expect(await reached(token, 'web')).toEqual({ web: '' })
})

it('lets log in, and no further: what is not in reach is not made by a push', async () => {
  await alice.put('/api/v1/organization/acme/team/makers', { role: 'creator' }).expect(200)
  await alice.put(`/api/v1/organization/acme/team/makers/members/${ROBOT}`).expect(200)
  const token = await robotToken(['repository:acme/new-*:pull,push'])
  await stage.api.login(ROBOT, token).expect(200)
  expect(await reached(token, 'old', 'new-one')).toEqual({ old: '', 'new-one': 'push,pull' })
  const names = (await stage.db.repository.findMany()).map(({ name }) => name)
  expect(names).toContain('new-one')
  expect(names).not.toContain('old')
})

it('ends at once when the entry is edited', async () => {
  const token = await robotToken(['repository:acme/**:pull,push'])
  await stage.api.login(ROBOT, token).expect(200)
  await alice.post(`${PATH}/federation`, [entry(['repository:acme/web:pull'])]).expect(201)
  await stage.api.login(ROBOT, token).expect(401)
  const again = await robotToken(['repository:acme/web:pull'])
  await alice.post(`${PATH}/federation`, [entry(['repository:acme/web:pull'])]).expect(201)
  await stage.api.login(ROBOT, again).expect(200)
  await setEnabled(stage.db, 'acme', false)
  await stage.api.login(ROBOT, again).expect(401)
  await setEnabled(stage.db, 'acme', true)
})
