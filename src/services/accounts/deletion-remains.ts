import { setTimeout as sleep } from 'node:timers/promises'
import { withTransaction } from '../../db/transactions.ts'
import type { Db } from '../../db/types.ts'
import { clearRemains } from '../../queries/account-deletion.ts'

/** Most rows that one step deletes: it takes some hundredths of a second, so that nobody waits long for its locks. */
const BATCH = { rows: 1000, parents: 250 }

/** How many steps are done before a deletion is answered: an account of usual size takes one. */
const STEPS_AT_ONCE = 2

/** How often to look for what other servers have left (ms). */
const EVERY_MS = 5_000

export type DeletionRemains = ReturnType<typeof createDeletionRemains>

/**
 * Deletes what belonged to deleted accounts, in steps that commit one by one: a server that is killed leaves the rest to
 * any other, or to its next start. Several servers may do so at once.
 */
export function createDeletionRemains({ db }: { db: Db }) {
  const step = () => withTransaction(db, (tx) => clearRemains(tx, BATCH))
  let wake = () => {}

  return {
    /** Goes on until nothing is left, or another server is at it. */
    async clear() {
      while (await step());
    },

    /** Does the first steps; `start` does the rest. Never fails: the deletion itself has been committed. */
    async clearSome() {
      try {
        for (let steps = 0; steps < STEPS_AT_ONCE; steps++) if (!(await step())) return
      } catch {}
      wake()
    },

    /**
     * Clears from now on. Between two steps it rests for as long as the first took.
     *
     * @returns a function that stops it, and waits for what is under way
     */
    start(onError: (error: unknown) => void) {
      const stopping = new AbortController()
      const { signal } = stopping
      const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => {})

      async function run() {
        while (!signal.aborted) {
          const begin = performance.now()
          const isMore = await step().catch((error) => {
            onError(error)
            return false
          })
          if (isMore) await pause(performance.now() - begin)
          else
            await Promise.race([new Promise<void>((resolve) => (wake = resolve)), pause(EVERY_MS)])
        }
      }

      const running = run()
      return async () => {
        stopping.abort()
        await running
      }
    },
  }
}
