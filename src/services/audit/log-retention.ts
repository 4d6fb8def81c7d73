import type { Db } from '../../db/types.ts'
import type { Clock } from '../../domain/runtime.ts'
import { deleteLogEntries } from '../../queries/logs.ts'
import { createHourlyWork } from '../hourly-work.ts'

const DAY_MS = 86_400_000

interface LogRetentionDeps {
  db: Db
  clock: Clock
  /** Undefined: the log is kept for ever. */
  logRetentionDays: number | undefined
  /** Most entries that one statement deletes; for tests. */
  batch?: number | undefined
}

/** Deletes entries of the audit log once they are as old as the operator says. */
export function createLogRetention({ db, clock, logRetentionDays, batch }: LogRetentionDeps) {
  if (logRetentionDays === undefined) return { runNow: async () => 0, start: () => async () => {} }
  return createHourlyWork((step) => {
    const before = new Date(clock().getTime() - logRetentionDays * DAY_MS)
    return deleteLogEntries(db, { ...step, before })
  }, batch)
}
