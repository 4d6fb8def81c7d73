import { expect, it } from 'vitest'
import type { Db } from '../../src/db/types.ts'
import { createLogService } from '../../src/services/audit/logs.ts'
import { createLongLists } from '../../src/services/lists/long-lists.ts'
import { createTestDatabase } from '../helpers/postgres.ts'

it('searches of a log are made a few at a time, and leave room for those of other callers', async () => {
  const { database, drop } = await createTestDatabase()
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let asked = 0
  const slow = {
    async $queryRaw(...query: Parameters<Db['$queryRaw']>) {
      asked += 1
      await released
      return database.db.$queryRaw(...query)
    },
  }
  const logs = createLogService({
    db: slow as Db,
    clock: () => new Date(),
    longLists: createLongLists(),
  })
  const all = { starttime: undefined, endtime: undefined, performer: undefined }
  const ofAlice = { ...all, performer: 'alice', nextPage: undefined }
  const log = { namespaceId: '00000000-0000-7000-8000-000000000001' }
  let isWaiting = true
  const one = { id: 'one', isWaiting: () => isWaiting }
  const another = { id: 'another', isWaiting: () => true }
  const searches = Promise.allSettled(
    Array.from({ length: 6 }, (_, n) =>
      n % 2 === 0 ? logs.count(log, all, one) : logs.list(log, ofAlice, one),
    ),
  )
  const other = logs.count(log, all, another)
  const plain = logs.list(log, { ...all, nextPage: undefined }, one)
  await new Promise(setImmediate)
  expect(asked).toBe(3) // a search of each caller, and what needs none
  isWaiting = false
  release()
  expect(await other).toEqual([])
  expect((await plain).items).toEqual([])
  const refused = (await searches).filter(({ status }) => status === 'rejected')
  expect(refused).toMatchObject([1, 2, 3, 4, 5].map(() => ({ reason: { code: 'unavailable' } })))
  expect(asked).toBe(3) // and none for whom nobody waits
  await drop()
})
