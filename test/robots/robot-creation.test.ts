import { afterAll, beforeAll, expect, it } from 'vitest'
import { exchangeOf, LOOPBACK } from '../helpers/federation.ts'
import { type Issuer, startIssuer } from '../helpers/issuer.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

let stage: Stage
let issuer: Issuer
let as: Awaited<ReturnType<Stage['client']>>

const ACME = '/api/v1/organization/acme'

beforeAll(async () => {
  issuer = await startIssuer()
  stage = await startStage({ config: LOOPBACK })
  await stage.people('alice')
  await stage.organization('acme')
  await stage.repository('acme/web')
  await stage.repository('acme/team/api')
  as = await stage.client('alice', 'org:admin', 'user:admin', 'repo:admin')
})
afterAll(async () => {
  await stage.close()
  await issuer.close()
})

it('makes a robot with all that is said of it, in one request', async () => {
  const expiry = '2120-01-31T00:00:00.000Z'
  const { body } = await as
    .post(`${ACME}/robots`, {
      name: 'ci',
      description: 'pushes',
      labels: { team: 'web' },
      expires_at: expiry,
      permissions: { web: 'write', 'team/api': 'read' },
      federation: [{ issuer: issuer.issuer, subject: 'build' }],
    })
    .expect(201)
  expect(body).toMatchObject({ name: 'acme+ci', description: 'pushes', token: expect.any(String) })
  const { body: shown } = await as.get(`${ACME}/robots/ci?details=true`).expect(200)
  expect(shown).toMatchObject({
    labels: { team: 'web' },
    expires_at: expiry,
    federation: 1,
    grants: { read: 1, write: 1, admin: 0 },
  })
  const token = await issuer.mint({ sub: 'build' })
  expect((await exchangeOf(stage.url).basic('acme+ci', token)).status).toBe(200)
  const { body: log } = await as.get(`${ACME}/logs?robot=ci`).expect(200)
  const kinds = log.logs.map(({ kind }: { kind: string }) => kind)
  expect(kinds).toContain('create_robot')
  expect(kinds).toContain('create_robot_federation')
  const { body: repositoryLog } = await as.get('/api/v1/repository/acme/web/logs').expect(200)
  expect(repositoryLog.logs[0].kind).toBe('change_repo_permission')
})

it('makes one without secret, and one of a user', async () => {
  const { body } = await as.post(`${ACME}/robots?secret=false`, { name: 'federated' }).expect(201)
  expect(body.token).toBeUndefined()
  await as.post('/api/v1/user/robots?expires_in=90d', { name: 'mine' }).expect(201)
})

it.each([
  [{ name: 'Bad' }, /invalid/],
  [{ name: 'ci' }, /Existing robot/],
  [
    { name: 'new', permissions: { nowhere: 'read' } },
    /permissions: acme has no repository nowhere/,
  ],
  [{ name: 'new', permissions: { web: 'owner' } }, /permissions/],
  [
    { name: 'new', permissions: { web: 'write' }, federation: [{ issuer: 'x', subject: 'y' }] },
    /./,
  ],
  [{ name: 'new', labels: { 'a:b': '' } }, /labels/],
  [{ name: 'new', expires_at: '2020-01-01T00:00:00Z' }, /future/],
  [{ name: 'new', lables: {} }, /labels/],
])('refuses %j, and nothing of it is there', async (robot, words) => {
  await as.post(`${ACME}/robots`, robot).expect(400).expect(words)
  await as.get(`${ACME}/robots/new`).expect(404)
})

it('gives no role that the token of the caller cannot give', async () => {
  const narrow = await stage.client('alice', 'org:admin', 'repo:write')
  const robot = { name: 'narrow', permissions: { web: 'read' } }
  await narrow.post(`${ACME}/robots`, robot).expect(403)
  await narrow.get(`${ACME}/robots/narrow`).expect(404)
  await narrow.post(`${ACME}/robots`, { name: 'narrow' }).expect(201)
})
