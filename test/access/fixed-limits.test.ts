import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Crowd, fill, LIMITED, type Limited, NO_ROOM, startCrowd } from './limited.ts'

// Who has as many of something as there may be gets no more, and takes nothing from anybody else's number.

let crowd: Crowd

beforeAll(async () => {
  crowd = await startCrowd()
})
afterAll(() => crowd.close())

it.each(LIMITED)('$what', async (limited) => {
  await fill(crowd, limited, 0)
  const { status, body } = await limited.make(crowd, 'full')
  expect([400, 429]).toContain(status)
  expect(JSON.stringify(body)).toMatch(NO_ROOM)
  expect((await limited.make(crowd, 'free')).status).toBeLessThan(300)
})

const [OF_USERS, OF_ITSELF] = [
  'tokens that users made for an application',
  'tokens of an application itself',
]

it.each([
  [OF_USERS, OF_ITSELF],
  [OF_ITSELF, OF_USERS],
])('%s leave room for %s', async (...kinds) => {
  await crowd.db.oAuthToken.deleteMany({ where: { applicationId: { not: null } } })
  const [full, other] = kinds.map((kind) => LIMITED.find(({ what }) => what === kind) as Limited)
  await fill(crowd, full as Limited, 0)
  expect((await other?.make(crowd, 'full'))?.status).toBeLessThan(300)
})
