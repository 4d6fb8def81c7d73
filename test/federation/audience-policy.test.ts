import request from 'supertest'
import { afterAll, beforeEach, expect, it } from 'vitest'
import type { ServiceConfig } from '../../src/common-services.ts'
import { invalidRequest } from '../helpers/api.ts'
import { createTestDatabase } from '../helpers/postgres.ts'
import { POLICY } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// What becomes of federation entries without audiences (`policy.federation_audiences`), and what jobs are told to ask for.

const PATHS = ['/api/v1/user/robots/bot', '/api/v1/organization/acme/robots/bot']
const AUDIENCE = 'https://robots.example.com'
const ENTRY = { issuer: 'https://ci.example', subject: 'build' }

const database = await createTestDatabase()
const start = (federationAudiences: ServiceConfig['policy']['federationAudiences']) =>
  startStage({
    database,
    config: { policy: { ...POLICY, federationAudiences, audience: AUDIENCE } },
  })
const optional = await start('optional')
const others = { default: await start('default'), required: await start('required') }
let token: string

await optional.people('alice')
await optional.organization('acme')
token = await optional.token('alice', ['user:admin', 'org:admin'])

beforeEach(async () => {
  await optional.db.robot.deleteMany()
  const alice = optional.api.as(token)
  for (const path of PATHS) await alice.put(path).expect(/bot/)
})
afterAll(async () => {
  for (const stage of [optional, ...Object.values(others)]) await stage.close()
  await database.drop()
})

const post = ({ api }: Stage, path: string, entries: object[]) =>
  api.as(token).post(`${path}/federation?details=true`, entries)

/** What is stored at a robot, with ids and versions. */
const stored = async (path: string) =>
  (await optional.api.as(token).get(`${path}/federation?details=true`)).body

it.each(PATHS)('default: what is posted without gets that of the service (%s)', async (path) => {
  const { body } = await post(others.default, path, [
    ENTRY,
    { ...ENTRY, subject: 'other', audiences: ['A'] },
  ])
  expect(body).toMatchObject([
    { ...ENTRY, audiences: [AUDIENCE], version: 1 },
    { subject: 'other', audiences: ['A'], version: 1 },
  ])
  expect(await stored(path)).toEqual(body)

  // As tools do that post what they have in their files, time and again.
  const again = await post(others.default, path, [
    ENTRY,
    { ...ENTRY, subject: 'other', audiences: ['A'] },
  ])
  expect(again.body).toEqual(body)
  const { id, version: _, audiences: __, ...entry } = body[0]
  const byId = await post(others.default, path, [{ id, ...entry }, body[1]])
  expect(byId.body).toEqual(body)
})

it('default: the log says what is stored', async () => {
  await post(others.default, PATHS[1] as string, [ENTRY])
  const { metadata } = await optional.db.auditEntry.findFirstOrThrow({
    where: { kind: 'create_robot_federation' },
    orderBy: { id: 'desc' },
  })
  expect(metadata).toMatchObject({ config: [{ ...ENTRY, audiences: [AUDIENCE] }] })
})

it('default: two entries that come to the same are refused', async () => {
  const twice = [ENTRY, { ...ENTRY, audiences: [AUDIENCE] }]
  const { status, body } = await post(others.default, PATHS[0] as string, twice)
  expect([status, body]).toEqual([
    400,
    invalidRequest(others.default.url, 'Duplicate federation config entry'),
  ])
})

it.each(PATHS)('required: what is posted without is refused (%s)', async (path) => {
  const { status, body } = await post(others.required, path, [
    { ...ENTRY, audiences: ['A'] },
    { ...ENTRY, subject: 'other' },
  ])
  expect([status, body]).toEqual([
    400,
    invalidRequest(
      others.required.url,
      'An entry must name audiences here (policy.federation_audiences): write ' +
        `"audiences": ["${AUDIENCE}"], and have jobs ask for tokens with that audience`,
    ),
  ])
  expect(await stored(path)).toEqual([])
  await post(others.required, path, [{ ...ENTRY, audiences: ['A'] }]).expect(/"A"/)
})

it.each(['default', 'required'] as const)(
  '%s: entries of before stay as they are',
  async (rule) => {
    const path = PATHS[1] as string
    const { body: before } = await post(optional, path, [ENTRY]).expect(201)
    expect(before).toEqual([{ ...ENTRY, id: expect.any(String), version: 1 }])

    const added = { ...ENTRY, subject: 'other', audiences: ['A'] }
    const { body } = await post(others[rule], path, [ENTRY, added]).expect(201)
    expect(body[0]).toEqual(before[0])
    expect((await post(others[rule], path, body)).body).toEqual(body)

    const changed = await post(others[rule], path, [{ ...body[0], description: 'jobs of main' }])
    if (rule === 'required') return expect(changed.status).toBe(400)
    expect(changed.body).toEqual([
      { ...before[0], description: 'jobs of main', audiences: [AUDIENCE], version: 2 },
    ])
  },
)

it('tells jobs what to ask for', async () => {
  const asked = await request(others.default.url).get('/oauth2/federation/audience')
  expect([asked.status, asked.body]).toEqual([200, { audience: AUDIENCE }])
  expect(asked.headers['cache-control']).toBe('public, max-age=60')
})

it('tells jobs its address where the operator has said nothing', async () => {
  const stage = await startStage({ database })
  const { body } = await request(stage.url).get('/oauth2/federation/audience')
  expect(body).toEqual({ audience: stage.url })
  await stage.close()
})
