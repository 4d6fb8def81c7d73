import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Crowd, fill, LIMITED, NO_ROOM, startCrowd } from './limited.ts'

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
