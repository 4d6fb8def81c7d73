import type { Db } from '../../db/types.ts'
import type { Clock } from '../../domain/runtime.ts'
import { deleteLogEntriesBefore } from '../../queries/logs.ts'

const DAY_MS = 86_400_000

/** Most entries that one statement deletes, and most statements in a row: the rest waits for the next time. */
const BATCH = 1000
const MAX_BATCHES = 1000

const EVERY_MS = 3_600_000

interface LogRetentionDeps {
  db: Db
  clock: Clock
  /** Undefined: the log is kept for ever. */
  logRetentionDays: number | undefined
  /** Most entries that one statement deletes; for tests. */
  batch?: number
}

/** Deletes entries of the audit log once they are as old as the operator says. Several servers may do so at once. */
export function createLogRetention({
  db,
  clock,
  logRetentionDays,
  batch = BATCH,
}: LogRetentionDeps) {
  let stopping = false

  /** @returns how many entries were deleted */
  async function prune(): Promise<number> {
    if (logRetentionDays === undefined) return 0
    const cutoff = new Date(clock().getTime() - logRetentionDays * DAY_MS)
    let total = 0
    for (let round = 0; round < MAX_BATCHES && !stopping; round++) {
      const deleted = await deleteLogEntriesBefore(db, cutoff, batch)
      total += deleted
      if (deleted < batch) break
    }
    return total
  }

  return {
    prune,

    /**
     * Prunes now and every hour, without keeping the process alive.
     *
     * @returns a function that stops it, and waits for what is under way
     */
    start(onError: (error: unknown) => void) {
      if (logRetentionDays === undefined) return async () => {}
      let underWay = Promise.resolve()
      function run() {
        underWay = underWay.then(prune).then(() => {}, onError)
      }
      run()
      const timer = setInterval(run, EVERY_MS).unref()
      return async () => {
        stopping = true
        clearInterval(timer)
        await underWay
      }
    },
  }
}
