import { X509Certificate } from 'node:crypto'
import argon2 from 'argon2'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { apiOf } from '../helpers/api.ts'
import { countQueries } from '../helpers/queries.ts'
import { auditEntries, robotRow } from '../helpers/rows.ts'
import { PASSWORD, startService } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

let stage: Stage
let password: string
let now = Date.parse('2026-11-23T12:00:00Z')

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: () => new Date(now) } })
  await stage.people('alice', 'bob')
  await stage.organization('acme')
  await stage.superusers('root')
  password = await stage.robot('acme+ci')
  await stage.repository('acme/app', { robots: { 'acme+ci': 'write' } })
  await stage.repository('acme/team/app', { robots: { 'acme+ci': 'admin' } })
})
afterAll(() => stage?.close())

async function ask(user: string, secret: string, ...scopes: string[]) {
  const answer = await stage.api.login(user, secret).query({ scope: scopes }).expect(200)
  return { ...answer.body, ...decodeJwt<{ access: object[] }>(answer.body.token) }
}
const asRobot = (...scopes: string[]) => ask('acme+ci', password, ...scopes)
const repository = (name: string, ...actions: string[]) => ({ type: 'repository', name, actions })

it('takes scopes repeated and with spaces between them, and nested names', async () => {
  const { access } = await asRobot(
    'repository:acme/app:pull repository:acme/team/app:*',
    'repository(plugin):acme/team/app:delete,push,fly',
  )
  expect(access).toEqual([
    repository('acme/app', 'pull'),
    repository('acme/team/app', '*'),
    repository('acme/team/app', 'push', 'delete'),
  ])
})

it('gives rights of exactly the name that it writes into the token', async () => {
  const names = ['robots.test/acme/app', 'app', 'library/app', 'robots.test/app']
  await stage.people('old')
  // As if from before such names were reserved.
  await stage.db.namespace.update({ where: { name: 'old' }, data: { name: 'library' } })
  await stage.repository('library/app')
  const scopes = names.map((name) => `repository:${name}:pull,push`)
  expect((await asRobot(...scopes)).access).toEqual(names.map((name) => repository(name)))
  expect((await ask('library', PASSWORD, ...scopes)).access).toEqual([
    repository('robots.test/acme/app'),
    repository('app'),
    repository('library/app', 'push', 'pull'),
    repository('robots.test/app'),
  ])
})

it('signs the one form that all registries take', async () => {
  const answer = await asRobot('repository:acme/app:pull')
  const { alg, typ, kid, x5c } = decodeProtectedHeader(answer.token)
  expect({ alg, typ }).toEqual({ alg: 'ES256', typ: 'JWT' })
  const { aud, exp, nbf, iat } = answer
  expect(aud).toBe(stage.config.registryService)
  expect([exp, nbf, iat].every(Number.isInteger)).toBe(true)

  const bundle = await stage.api.call('get', '/.well-known/registry-ca.pem').expect(200)
  expect(bundle.type).toBe('application/x-pem-file')
  const authority = new X509Certificate(bundle.text ?? bundle.body)
  const leaf = new X509Certificate(Buffer.from(x5c?.[0] ?? '', 'base64'))
  expect(leaf.checkIssued(authority)).toBe(true)
  expect(leaf.verify(authority.publicKey)).toBe(true)
  const currentDate = new Date(now)
  await expect(jwtVerify(answer.token, leaf.publicKey, { currentDate })).resolves.toBeDefined()
  const { body } = await stage.api.as().get('/.well-known/jwks.json')
  await expect(
    jwtVerify(answer.token, createLocalJWKSet(body), { currentDate }),
  ).resolves.toMatchObject({ protectedHeader: { kid } })
})

it('lists the catalog for superusers only', async () => {
  const catalog = { type: 'registry', name: 'catalog' }
  const everything = await stage.token('root', ['super:user'])
  const something = await stage.token('root', ['repo:admin', 'org:admin'])
  const pretender = await stage.token('bob', ['super:user'])
  for (const [user, secret, actions] of [
    ['root', PASSWORD, ['*']],
    ['$oauthtoken', everything, ['*']],
    ['$oauthtoken', something, []],
    ['$oauthtoken', pretender, []],
    ['alice', PASSWORD, []],
    ['acme+ci', password, []],
  ] as const) {
    const { access } = await ask(user, secret, 'registry:catalog:*', 'registry:other:*')
    expect(access).toEqual([{ ...catalog, actions }])
  }
})

it('asks the database as often for one scope as for fifty, and hashes no password', async () => {
  await asRobot()
  const hashes = [vi.spyOn(argon2, 'verify'), vi.spyOn(argon2, 'hash')]
  onTestFinished(() => void vi.restoreAllMocks())
  const count = async (scopes: string[]) => {
    await stage.services.settled()
    return countQueries(() => asRobot(...scopes))
  }
  expect(await count(['repository:acme/app:pull'])).toBe(1)
  const many = Array.from({ length: 50 }, (_, index) => `repository:acme/r${index}:pull`)
  expect(await count(many)).toBe(1)
  expect(hashes.map((hash) => hash.mock.calls.length)).toEqual([0, 0])
  await ask('alice', PASSWORD)
  await stage.api.login('nobody', PASSWORD).expect(401)
  expect(hashes.map((hash) => hash.mock.calls.length)).toEqual([1, 1])
})

it('audits a log-in without having anybody wait for it, and pulls not at all', async () => {
  now += 60_000 // since the last entry about this robot
  await stage.clearLog()
  await asRobot('repository:acme/app:pull')
  await asRobot()
  await stage.api.login('acme+ci', 'wrong').expect(401)
  await stage.services.settled()
  const entries = await auditEntries(stage.db)
  expect(entries.map(({ kind }) => kind).sort()).toEqual(['login_failure', 'login_success'])
})

it('answers although the log-in cannot be audited, and tells the operator', async () => {
  const errors: unknown[] = []
  const onBackgroundError = (error: unknown) => errors.push(error)
  const other = await startService({
    database: stage.database,
    surroundings: { clock: () => new Date(now), onBackgroundError },
  })
  const broken = vi.spyOn(other.services.audit, 'record').mockRejectedValue(new Error('full'))
  await apiOf(other.url).login('acme+ci', password).expect(200)
  await other.services.settled()
  expect(errors).toEqual([new Error('full')])
  broken.mockRestore()
  await other.close()
})

it('shows a first use, and one a minute after the last, to the next read', async () => {
  const { api } = stage
  const fresh = await stage.robot('acme+fresh')
  const lastUse = async () => (await robotRow(stage.db, 'acme+fresh')).lastAccessedAt?.getTime()
  const first = now
  await api.login('acme+fresh', fresh).expect(200)
  expect(await lastUse()).toBe(first)
  now += 59_000
  await api.login('acme+fresh', fresh).expect(200)
  expect(await lastUse()).toBe(first)
  now += 1000
  await api.login('acme+fresh', fresh).expect(200)
  expect(await lastUse()).toBe(now)
})
