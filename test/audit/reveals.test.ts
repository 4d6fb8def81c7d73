import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { breakAuditLog, repairAuditLog } from '../helpers/broken-audit-log.ts'
import { auditEntries } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Whoever is shown a stored secret stands in the log: once a minute for each token and secret, with the count.

const ACME = '/api/v1/organization/acme'

let stage: Stage
let alice: Client
let now = Date.parse('2026-11-23T12:00:00Z')
const paths: Record<string, string> = {}

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: () => new Date(now) } })
  await stage.people('alice', 'bob')
  await stage.organization('acme')
  alice = stage.api.as(
    await stage.token('alice', ['org:admin', 'user:admin', 'repo:admin'], 86_400),
  )
  await alice.put(`${ACME}/robots/ci`).expect(201)
  await alice.put('/api/v1/user/robots/own').expect(200)
  const { body: application } = await alice.post(`${ACME}/applications`, { name: 'app' })
  const { body: password } = await alice.post('/api/v1/user/apptoken', { title: 'laptop' })
  Object.assign(paths, {
    reveal_robot_token: `${ACME}/robots/ci`,
    reveal_robot_tokens: `${ACME}/robots`,
    reveal_application_client_secret: `${ACME}/applications/${application.client_id}`,
    reveal_application_client_secrets: `${ACME}/applications`,
    reveal_app_specific_token: `/api/v1/user/apptoken/${password.token.uuid}`,
  })
})

afterAll(() => stage.close())

beforeEach(async () => {
  now += 3_600_000
  await stage.services.repeatedEntries.flush()
  await stage.clearLog()
})

const entries = async () =>
  (await auditEntries(stage.db)).map(({ kind, namespaceName, performerName, metadata }) => ({
    kind,
    namespace: namespaceName,
    performer: performerName,
    ...(metadata as object),
  }))

it.each([
  ['reveal_robot_token', 'acme', { robot: 'ci' }],
  ['reveal_robot_tokens', 'acme', {}],
  ['reveal_application_client_secret', 'acme', { application_name: 'app' }],
  ['reveal_application_client_secrets', 'acme', {}],
  ['reveal_app_specific_token', 'alice', { app_specific_token_title: 'laptop' }],
])('writes %s before it shows the secret', async (kind, namespace, metadata) => {
  await alice.get(paths[kind] ?? '').expect(200)
  expect(await entries()).toMatchObject([{ kind, namespace, performer: 'alice', ...metadata }])
})

it('writes it for every answer that has a token of before', async () => {
  const robot = `${ACME}/robots/ci`
  for (const [ask, kinds] of [
    [() => alice.get(`${robot}?details=true`), ['reveal_robot_token']],
    [() => alice.patch(robot, { description: 'new' }), ['change_robot', 'reveal_robot_token']],
    [() => alice.get(`${ACME}/robots?details=true&limit=1`), ['reveal_robot_tokens']],
    [() => alice.get(`${robot}/credentials?format=env`), ['export_robot_credentials']],
    [() => alice.get(`${robot}/credentials/helm`), ['export_robot_credentials']],
  ] as const) {
    now += 3_600_000
    await stage.db.auditEntry.deleteMany()
    expect((await ask().expect(200)).text).toContain('QUAYROBOT')
    expect((await entries()).map(({ kind }) => kind)).toEqual(kinds)
  }
})

it("writes it to the user's own log for the user's robots", async () => {
  await alice.get('/api/v1/user/robots/own').expect(200)
  await alice.get('/api/v1/user/robots').expect(200)
  expect(await entries()).toMatchObject([
    { kind: 'reveal_robot_token', namespace: 'alice', robot: 'own' },
    { kind: 'reveal_robot_tokens', namespace: 'alice' },
  ])
})

it('writes nothing where there was no secret to show', async () => {
  const bob = await stage.client('bob', 'user:admin')
  await stage.db.auditEntry.deleteMany()
  await bob.get('/api/v1/user/robots').expect(200)
  await alice.get(`${ACME}/robots?token=false`).expect(200)
  await alice.get(`${ACME}/robots/ci/permissions`).expect(200)
  expect(await entries()).toEqual([])
})

it('counts what a token reads again within a minute, for each secret alone', async () => {
  await alice.put(`${ACME}/robots/other`).expect(201)
  await stage.clearLog()
  for (let n = 0; n < 3; n++) await alice.get(`${ACME}/robots/ci`).expect(200)
  await alice.get(`${ACME}/robots/other`).expect(200)
  const another = await stage.client('alice', 'org:admin')
  await stage.db.auditEntry.deleteMany({ where: { kind: 'create_oauth_api_token' } })
  await another.get(`${ACME}/robots/ci`).expect(200)
  expect(await entries()).toMatchObject([{ robot: 'ci' }, { robot: 'other' }, { robot: 'ci' }])
  now += 60_000
  await alice.get(`${ACME}/robots/ci`).expect(200)
  await stage.services.settled()
  expect(await entries()).toMatchObject([
    ...[{ robot: 'ci' }, { robot: 'other' }, { robot: 'ci' }],
    { robot: 'ci', count: 3 },
  ])
  expect((await entries()).filter((entry) => 'count' in entry)).toHaveLength(1)
})

it('counts for each owner alone, whatever the secrets are called', async () => {
  await stage.organization('globex')
  const robots = ['acme', 'globex'].map((name) => `/api/v1/organization/${name}/robots`)
  await alice.put(`${robots[1]}/ci`).expect(201)
  await stage.clearLog()
  for (const path of robots) {
    await alice.get(`${path}/ci`).expect(200)
    await alice.get(path).expect(200)
  }
  expect((await entries()).map(({ kind, namespace }) => [namespace, kind])).toEqual([
    ['acme', 'reveal_robot_token'],
    ['acme', 'reveal_robot_tokens'],
    ['globex', 'reveal_robot_token'],
    ['globex', 'reveal_robot_tokens'],
  ])
})

it('shows nothing where that cannot be written', async () => {
  await breakAuditLog(stage.db)
  for (const path of Object.values(paths)) {
    const { status, text } = await alice.get(path)
    expect([status, text]).toEqual([500, expect.not.stringContaining('secret')])
  }
  await repairAuditLog(stage.db)
  for (const path of Object.values(paths)) await alice.get(path).expect(200)
  expect(await entries()).toHaveLength(Object.values(paths).length)
})

it('loses no count where the next entry cannot be written', async () => {
  const shown = () => alice.get(`${ACME}/robots/ci`)
  for (let n = 0; n < 3; n++) await shown().expect(200)
  now += 60_000
  await breakAuditLog(stage.db)
  for (let n = 0; n < 2; n++) await shown().expect(500)
  await repairAuditLog(stage.db)
  await shown().expect(200)
  const found = await entries()
  expect(found.map((entry) => 'count' in entry && entry.count)).toEqual([false, 3])
})

it('loses no count where the service stops', async () => {
  const { database } = stage
  const other = await startStage({ database, surroundings: { clock: () => new Date(now) } })
  const there = await other.client('alice', 'org:admin')
  for (let n = 0; n < 3; n++) await there.get(`${ACME}/robots/ci`).expect(200)
  await other.close()
  expect((await entries()).slice(1)).toMatchObject([{ robot: 'ci' }, { robot: 'ci', count: 2 }])
})

it('says nothing where no secret was shown', async () => {
  await alice.get(`${ACME}/robots?token=false`).expect(200)
  await alice.get('/api/v1/user/apptoken').expect(200)
  await alice.get(`${ACME}/robots/none`).expect(404)
  await (await stage.client('bob', 'org:admin')).get(`${ACME}/robots/ci`).expect(403)
  const found = await entries()
  expect(found.filter(({ kind }) => kind.startsWith('reveal_'))).toEqual([])
})
