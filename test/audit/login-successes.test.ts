import request from 'supertest'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { basic } from '../helpers/api.ts'
import { createClock } from '../helpers/clock.ts'
import { auditEntries } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const time = createClock()
const passwords: Record<string, string> = {}

let stage: Stage
beforeAll(async () => {
  stage = await startStage({
    config: { trustedProxies: ['127.0.0.1'] },
    surroundings: { clock: time.clock },
  })
  await stage.people('alice')
  const alice = await stage.client('alice', 'user:admin')
  for (const name of ['ci', 'cd']) {
    const { body } = await alice.put(`/api/v1/user/robots/${name}`).expect(200)
    passwords[`alice+${name}`] = body.token
  }
})
beforeEach(async () => {
  time.pass(120)
  await stage.services.repeatedEntries.flush()
  await stage.clearLog()
})
afterAll(() => stage?.close())

const logIn = (robot: string, from = '203.0.113.7', agent = 'docker/28') =>
  request(stage.url)
    .get('/v2/auth')
    .set(basic(robot, passwords[robot] ?? ''))
    .set({ 'x-forwarded-for': from, 'user-agent': agent })
    .expect(200)

async function entries() {
  await stage.services.settled()
  return (await auditEntries(stage.db)).map(({ kind, ip, metadata }) => {
    const { robot, useragent, count } = metadata as Record<string, unknown>
    return { kind, ip, robot, useragent, ...(count !== undefined && { count }) }
  })
}

const ENTRY = {
  ...{ kind: 'login_success', ip: '203.0.113.7' },
  ...{ robot: 'alice+ci', useragent: 'docker/28' },
}

it('stand in the log once a minute, with how many they were', async () => {
  for (let n = 0; n < 40; n++) await logIn('alice+ci')
  expect(await entries()).toEqual([ENTRY])
  time.pass(59)
  await logIn('alice+ci')
  expect(await entries()).toEqual([ENTRY])
  time.pass(1)
  for (let n = 0; n < 3; n++) await logIn('alice+ci')
  expect(await entries()).toEqual([ENTRY, { ...ENTRY, count: 41 }])
  time.pass(60)
  await logIn('alice+cd')
  expect(await entries()).toEqual([
    ENTRY,
    { ...ENTRY, count: 41 },
    { ...ENTRY, count: 2 },
    { ...ENTRY, robot: 'alice+cd' },
  ])
})

it('are told apart by robot, address and agent', async () => {
  for (let n = 0; n < 2; n++) {
    await logIn('alice+ci')
    await logIn('alice+cd')
    await logIn('alice+ci', '203.0.113.8')
    await logIn('alice+ci', '203.0.113.7', 'skopeo/1.9')
  }
  expect(await entries()).toEqual([
    ENTRY,
    { ...ENTRY, robot: 'alice+cd' },
    { ...ENTRY, ip: '203.0.113.8' },
    { ...ENTRY, useragent: 'skopeo/1.9' },
  ])
})

it('that come all at once are one entry', async () => {
  await Promise.all(Array.from({ length: 20 }, () => logIn('alice+ci').then()))
  await stage.services.repeatedEntries.flush()
  expect(await entries()).toEqual([ENTRY, { ...ENTRY, count: 19 }])
})

it('are not lost where one cannot be written', async () => {
  await withoutLog(() => logIn('alice+ci'))
  await logIn('alice+ci')
  expect(await entries()).toEqual([ENTRY])
})

it('are not lost either that were counted before one which cannot be written', async () => {
  for (let n = 0; n < 3; n++) await logIn('alice+ci')
  expect(await entries()).toEqual([ENTRY])
  time.pass(60)
  await withoutLog(() => logIn('alice+ci'))
  await logIn('alice+ci')
  expect(await entries()).toEqual([ENTRY, { ...ENTRY, count: 3 }])
})

/** Does the work while no entry can be written. */
async function withoutLog(work: () => PromiseLike<unknown>) {
  await stage.db.$executeRawUnsafe('ALTER TABLE audit_entries RENAME TO audit_entries_away')
  await work()
  await stage.services.settled()
  await stage.db.$executeRawUnsafe('ALTER TABLE audit_entries_away RENAME TO audit_entries')
}
