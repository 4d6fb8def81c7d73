import { afterAll, beforeAll, expect, it } from 'vitest'
import { sendDuring } from '../helpers/held-rows.ts'
import { copiesOf } from '../helpers/rows.ts'
import { type Crowd, fill, LIMITED, NO_ROOM, startCrowd } from './limited.ts'

// What others make while a request waits for them counts: it counts only once nobody else can make one.

let crowd: Crowd

beforeAll(async () => {
  crowd = await startCrowd()
})
afterAll(() => crowd.close())

it.each(LIMITED)('$what', async (limited) => {
  await fill(crowd, limited, 1)
  const { hold, table, most, others } = limited
  const change = copiesOf(table, [most, most], others)
  const { waited, answer } = await sendDuring(crowd, { hold, change }, () =>
    limited.make(crowd, 'full'),
  )
  expect([waited, answer.status]).toEqual([true, expect.toBeOneOf([400, 429])])
  expect(JSON.stringify(answer.body)).toMatch(NO_ROOM)
})
