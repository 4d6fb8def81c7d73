import { expect, it } from 'vitest'
import type { Db } from '../../src/db/client.ts'
import { createLogService } from '../../src/services/logs.ts'
import { createTestDatabase } from '../helpers/postgres.ts'

it('searches of a log are made a few at a time, and leave room for those of other logs', async () => {
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
  const logs = createLogService({ db: slow as Db, clock: () => new Date() })
  const days = { starttime: undefined, endtime: undefined }
  const [one, another] = [
    { namespaceId: '00000000-0000-7000-8000-000000000001' },
    { namespaceId: '00000000-0000-7000-8000-000000000002' },
  ]
  const searches = Promise.allSettled(
    Array.from({ length: 12 }, (_, n) =>
      n % 2 === 0
        ? logs.count(one, { ...days, performer: undefined })
        : logs.list(one, { ...days, performer: 'alice' }, undefined),
    ),
  )
  const others = [logs.count(another, { ...days, performer: undefined })]
  const plain = logs.list(one, { ...days, performer: undefined }, undefined)
  expect(asked).toBe(3) // two searches, and what needs none
  release()
  expect(await Promise.all(others)).toEqual([[]])
  expect((await plain).entries).toEqual([])
  const refused = (await searches).filter(({ status }) => status === 'rejected')
  expect(refused).toMatchObject([1, 2].map(() => ({ reason: { code: 'unavailable' } })))
  await drop()
})
