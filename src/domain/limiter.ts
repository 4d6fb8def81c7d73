import { unavailable } from './errors.ts'
import { createTally } from './tally.ts'

/** Seconds after which there may be room again. */
const RETRY_AFTER = 1

/** On whose behalf a task runs. */
export interface Asker {
  /** Those with the same id are one party. */
  id: string
  /** Whether the result still is of use. */
  isWaiting: () => boolean
}

const NOBODY_IN_PARTICULAR: Asker = { id: '', isWaiting: () => true }

interface LimiterOptions {
  /** Tasks that run at a time. */
  concurrency: number
  /** Tasks that may wait their turn, in order. */
  maxWaiting: number
  /** Tasks of one party that may run at a time, and that may run or wait; without it, as many as of all. */
  ofParty?: { running: number; all: number }
  /** What callers are told whose task may not even wait. */
  refusal: string
}

/**
 * Runs a limited number of tasks at a time. What nobody waits for any more when its turn comes is not begun.
 *
 * @throws ServiceError `unavailable` when too many wait
 */
export function createLimiter({
  concurrency,
  maxWaiting,
  ofParty = { running: Number.POSITIVE_INFINITY, all: Number.POSITIVE_INFINITY },
  refusal,
}: LimiterOptions) {
  const waiting: { party: string; start: () => void }[] = []
  const all = createTally()
  const running = createTally()
  let runningOfAll = 0

  const mayRun = (party: string) =>
    runningOfAll < concurrency && running.count(party) < ofParty.running

  const hasRoom = (party: string) =>
    (mayRun(party) || waiting.length < maxWaiting) && all.count(party) < ofParty.all

  function run(party: string): void {
    runningOfAll += 1
    running.add(party, 1)
  }

  /** Gives the place to the first in the queue whose party has not all that it may. */
  function leave(party: string): void {
    runningOfAll -= 1
    running.add(party, -1)
    const index = waiting.findIndex((one) => mayRun(one.party))
    const [next] = index < 0 ? [] : waiting.splice(index, 1)
    if (!next) return
    run(next.party)
    next.start()
  }

  async function inTurn<T>(task: () => Promise<T>, { id, isWaiting }: Asker): Promise<T> {
    if (mayRun(id)) run(id)
    else await new Promise<void>((start) => waiting.push({ party: id, start }))
    try {
      if (!isWaiting()) throw unavailable(refusal, RETRY_AFTER)
      return await task()
    } finally {
      leave(id)
    }
  }

  return async function limit<T>(
    task: () => Promise<T>,
    asker: Asker = NOBODY_IN_PARTICULAR,
  ): Promise<T> {
    if (!hasRoom(asker.id)) throw unavailable(refusal, RETRY_AFTER)
    all.add(asker.id, 1)
    try {
      return await inTurn(task, asker)
    } finally {
      all.add(asker.id, -1)
    }
  }
}
