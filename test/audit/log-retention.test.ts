import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLogRetention } from '../../src/services/audit/log-retention.ts'
import { eventually } from '../helpers/eventually.ts'
import { startService, type TestService } from '../helpers/service.ts'

const DAY = 86_400_000
const NOW = Date.parse('2026-11-23T12:00:00Z')

let service: TestService
let now = NOW
const clock = () => new Date(now)
const fail = (error: unknown) => {
  throw error
}

beforeAll(async () => {
  service = await startService({ surroundings: { clock }, config: { logRetentionDays: 30 } })
})
afterAll(() => service.close())
beforeEach(() => service.clearLog())

async function writeAt(at: number, count = 1) {
  now = at
  for (let index = 0; index < count; index++) {
    await service.services.audit.record(service.db, {
      kind: 'create_robot',
      namespace: undefined,
      performer: {},
      metadata: {},
    })
  }
  now = NOW
}

const count = () => service.db.auditEntry.count()

describe('the audit log', () => {
  it('loses the entries that are older than the operator wants, and no others', async () => {
    await writeAt(NOW - 30 * DAY - 1, 3)
    await writeAt(NOW - 30 * DAY, 2)
    expect(await service.services.logRetention.runNow()).toBe(3)
    expect(await count()).toBe(2)
    expect(await service.services.logRetention.runNow()).toBe(0)
  })

  it('is pruned in batches, by several servers at once', async () => {
    await writeAt(NOW - 40 * DAY, 25)
    const deps = { db: service.db, clock, logRetentionDays: 30, batch: 4 }
    const servers = [createLogRetention(deps), createLogRetention(deps)]
    const deleted = await Promise.all(servers.map((server) => server.runNow()))
    expect(deleted.reduce((a, b) => a + b)).toBe(25)
    expect(await count()).toBe(0)
  })

  it('is kept for ever unless said', async () => {
    await writeAt(NOW - 36_500 * DAY)
    const keeping = createLogRetention({ db: service.db, clock, logRetentionDays: undefined })
    expect(await keeping.runNow()).toBe(0)
    await keeping.start(fail)()
    expect(await count()).toBe(1)
  })

  it('is pruned at the start and every hour, until it is stopped', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      await writeAt(NOW - 40 * DAY)
      const stop = service.services.logRetention.start(fail)
      await eventually(async () => expect(await count()).toBe(0))
      await writeAt(NOW - 40 * DAY)
      vi.advanceTimersByTime(3_600_000)
      await eventually(async () => expect(await count()).toBe(0))
      await stop()
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  it('is not pruned to the end where the server stops meanwhile', async () => {
    let batches = 0
    const endless = async (query: { values: unknown[] }) => {
      batches += 1
      return [{ count: query.values.at(-1), reached: null }]
    }
    const db = { $queryRaw: endless } as never
    const stop = createLogRetention({ db, clock, logRetentionDays: 1, batch: 4 }).start(fail)
    await stop()
    expect(batches).toBeLessThan(5)
  })

  it('tells of a failure and goes on', async () => {
    const db = { $queryRaw: () => Promise.reject(new Error('down')) } as never
    const failures: unknown[] = []
    const stop = createLogRetention({ db, clock, logRetentionDays: 1 }).start((error) =>
      failures.push(error),
    )
    await eventually(() => expect(failures).toEqual([new Error('down')]))
    await stop()
  })
})
