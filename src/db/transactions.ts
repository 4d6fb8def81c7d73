import { setTimeout as sleep } from 'node:timers/promises'
import { isAborted } from './driver-fault.ts'
import { TRANSACTION_TIMEOUTS } from './timeouts.ts'
import type { Db, Tx } from './types.ts'

/** How often a transaction is tried that the database aborts. */
const TRIES = 3

/**
 * Runs `work` in one transaction (read committed, at most 9 s). When the database aborted it for a
 * deadlock or a serialization conflict it is run again, three times in all, so `work` must have no
 * effects outside the database.
 */
export async function withTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return retryAborted(() => db.$transaction(work, TRANSACTION_TIMEOUTS))
}

/** The same for a single statement, which is a transaction by itself. */
export async function retryAborted<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === TRIES || !isAborted(error)) throw error
      await sleep(Math.random() * 50 * attempt)
    }
  }
}
