import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Scope } from '../../src/domain/scopes.ts'
import { basic, type Client } from '../helpers/api.ts'
import { exchangeOf, LOOPBACK } from '../helpers/federation.ts'
import { type Issuer, startIssuer } from '../helpers/issuer.ts'
import { auditEntries, snapshot } from '../helpers/rows.ts'
import { PASSWORD } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// A text that a column does not hold is refused in words of this service, and never reaches the database.

const SCOPES: Scope[] = ['org:admin', 'user:admin', 'repo:admin', 'repo:create', 'super:user']

let stage: Stage
let issuer: Issuer
let root: Client

beforeAll(async () => {
  stage = await startStage({ config: { ...LOOPBACK, superusersFullAccess: true } })
  issuer = await startIssuer()
  await stage.superusers('root')
  await stage.people('bob')
  await stage.organization('acme', 'root')
  await stage.robot('acme+ci', [{ issuer: issuer.issuer, subject: 'job' }])
  root = await stage.client('root', ...SCOPES)
})
afterAll(async () => {
  await issuer?.close()
  await stage?.close()
})

const LONG = 'x'.repeat(300)
const MAIL = `${'x'.repeat(400)}@example.com`
const ACME = '/api/v1/organization/acme'
const USER = '/api/v1/superuser/users'
const prototype = { role: 'read', delegate: { kind: 'user', name: 'bob' } }

it.each<['put' | 'post', string, object, string]>([
  ['put', `/api/v1/user/robots/${LONG}`, {}, '255'],
  ['put', `${ACME}/robots/${LONG}`, {}, '255'],
  ['put', `${ACME}/robots/${'x'.repeat(251)}`, {}, '255'],
  ['put', `${ACME}/robots/new`, { description: LONG }, '255'],
  ['put', `${ACME}/team/${LONG}`, { role: 'member' }, '255'],
  ['post', '/api/v1/organization/', { name: LONG }, '255'],
  ['post', '/api/v1/organization/', { name: 'new', email: MAIL }, '320'],
  ['put', ACME, { email: MAIL }, '320'],
  ['put', ACME, { invoice_email_address: MAIL }, '320'],
  ['put', '/api/v1/superuser/organizations/acme', { name: LONG }, '255'],
  ['post', `${USER}/`, { username: LONG, email: 'a@b.example' }, '255'],
  ['post', `${USER}/`, { username: 'new', email: MAIL }, '320'],
  ['put', `${USER}/bob`, { email: MAIL }, '320'],
  ['post', `${ACME}/applications`, { name: LONG }, '255'],
  ['post', `${ACME}/applications`, { name: 'new', avatar_email: MAIL }, '320'],
  ['post', '/api/v1/user/apptoken', { title: LONG }, '255'],
  ['put', `${ACME}/team/owners/members/${LONG}`, {}, ''],
  ['post', `${ACME}/prototypes`, { ...prototype, delegate: { kind: 'team', name: LONG } }, ''],
  ['post', `${ACME}/prototypes`, { ...prototype, activating_user: { name: LONG } }, ''],
  ['post', '/api/v1/repository', { repository: LONG, visibility: 'private', description: '' }, ''],
])('%s %s', async (method, path, body, limit) => {
  const before = await snapshot(stage.db)
  const { status, text } = await root[method](path, body)
  expect(status, text).toBe(400)
  expect(text).not.toMatch(/character varying|value too long/)
  expect(text).toContain(limit)
  expect(await snapshot(stage.db)).toEqual(before)
})

it('in a header is cut, or names nobody', async () => {
  const agent = 'a'.repeat(4000)
  const calls = [
    stage.api.login(`acme+${LONG}`, LONG),
    stage.api.login('acme+ci', LONG),
    stage.api.login(LONG, PASSWORD),
    exchangeOf(stage.url).basic(`acme+${LONG}`, LONG),
    exchangeOf(stage.url).basic('acme+ci', LONG),
    stage.api
      .call('post', '/oauth/token')
      .set(basic(LONG, LONG))
      .type('form')
      .send('grant_type=client_credentials'),
  ]
  for (const call of calls) await call.set('user-agent', agent).expect(401)
  await root.put(`${ACME}/robots/agent`).set('user-agent', agent).expect(201)
})

it('that a token claims stands in the log so that the database can read it', async () => {
  await stage.clearLog()
  const claims = [
    `https://${'x'.repeat(511)}`,
    'https://a\0b',
    'https://\ud83d',
    `${'x'.repeat(503)}😀`,
  ]
  for (const iss of claims) {
    const token = await issuer.mint({ iss, sub: 'job' })
    await exchangeOf(stage.url).basic('acme+ci', token).expect(401)
  }
  const subjects = ['a\0b', '\udc00', 'x'.repeat(5000)]
  for (const sub of subjects) {
    await exchangeOf(stage.url)
      .basic('acme+ci', await issuer.mint({ sub }))
      .expect(401)
  }
  expect(await auditEntries(stage.db)).toHaveLength(claims.length + subjects.length)
  const read = await stage.db.$queryRawUnsafe<{ robot: string; subject: string | null }[]>(
    "SELECT metadata->>'robot' AS robot, metadata->>'subject' AS subject, metadata::jsonb FROM audit_entries",
  )
  expect(new Set(read.map(({ robot }) => robot))).toEqual(new Set(['acme+ci']))
  expect(read.map(({ subject }) => subject)).toContain('a\ufffdb')
})
