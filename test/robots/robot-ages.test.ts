import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { createShiftedClock } from '../helpers/clock.ts'
import { countQueries } from '../helpers/queries.ts'
import { namespaceId, writeMany } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Robots by their last use, and secrets that are good by their age.

const DAY = 86_400
const PATHS = ['/api/v1/organization/acme/robot-ages', '/api/v1/user/robot-ages']
/** Of robots and of secrets; days since, the youngest first. */
const MADE_BEFORE = [400, 366, 100, 50, 29, 6, 1]

const time = createShiftedClock()
let stage: Stage
let alice: Client

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: time.clock } })
  await stage.people('alice', 'member')
  await stage.organization('acme')
  await stage.team('acme', { name: 'devs', role: 'member', members: ['member'] })
  let passed = 0
  for (const owner of ['acme', 'alice']) await stage.robot(`${owner}+never`)
  const [oldest = 0] = MADE_BEFORE
  for (const days of MADE_BEFORE) {
    time.pass((oldest - days - passed) * DAY)
    passed = oldest - days
    for (const owner of ['acme', 'alice']) {
      const name = `${owner}+made${days}`
      await stage.api.login(name, await stage.robot(name)).expect(200)
    }
  }
  time.pass((oldest - passed) * DAY)
  alice = await stage.client('alice', 'org:admin', 'user:admin')
})
afterAll(() => stage.close())

const ages = async (path: string) => (await alice.get(path).expect(200)).body
type Counts = { age: string; count: number; more: boolean }[]
const countsOf = (counts: Counts) => counts.map(({ age, count }) => [age, count])

it.each(PATHS)('counts by age: %s', async (path) => {
  const { robots, secrets } = await ages(path)
  const counted = [
    ['7d', 2],
    ['30d', 1],
    ['90d', 1],
    ['365d', 1],
  ]
  expect(countsOf(robots)).toEqual([...counted, ['older', 2], ['never', 1]])
  // The robot that was never used has one, too.
  expect(countsOf(secrets)).toEqual([...counted, ['older', 3]])
  expect([...robots, ...secrets].some(({ more }) => more)).toBe(false)
})

it('counts no secret that has expired', async () => {
  const [path = ''] = PATHS
  const past = new Date(time.clock().getTime() - 1000)
  const where = { robot: { name: 'made6', namespace: { name: 'acme' } } }
  await stage.db.robotSecret.updateMany({ where, data: { expiresAt: past } })
  const { secrets } = await ages(path)
  expect(secrets[0]).toEqual({ age: '7d', count: 1, more: false })
})

it('is for administrators', async () => {
  const member = await stage.client('member', 'org:admin', 'user:admin')
  await member.get(PATHS[0] ?? '').expect(403)
  await stage.api
    .as()
    .get(PATHS[0] ?? '')
    .expect(401)
})

it('counts no further than 20,000, by as many statements as of a few', async () => {
  const [path = ''] = PATHS
  const few = await countQueries(() => ages(path))
  const namespace = await namespaceId(stage.db, 'acme')
  await writeMany(
    stage.db,
    (tx) => tx.$executeRaw`
      INSERT INTO robots (id, namespace_id, name, credential_id, created_at)
      SELECT gen_random_uuid(), ${namespace}::uuid, 'many' || n, gen_random_uuid(), now()
      FROM generate_series(1, 20000) n`,
  )
  const { robots } = await ages(path)
  expect(robots.at(-1)).toEqual({ age: 'never', count: 20_000, more: true })
  expect(robots[0]).toEqual({ age: '7d', count: 2, more: false })
  expect(await countQueries(() => ages(path))).toEqual(few)
})
