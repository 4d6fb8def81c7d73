import { unavailable } from './errors.ts'
import { createTally } from './tally.ts'

/** Seconds after which there may be room again. */
const RETRY_AFTER = 1

interface LimiterOptions {
  /** Tasks that run at a time. */
  concurrency: number
  /** Tasks that may wait their turn, in order. */
  maxWaiting: number
  /** Tasks of one party that may run or wait; no limit of their own unless given. */
  maxOfParty?: number
  /** What callers are told whose task may not even wait. */
  refusal: string
}

/**
 * Runs a limited number of tasks at a time.
 *
 * @throws ServiceError `unavailable` when too many wait
 */
export function createLimiter({
  concurrency,
  maxWaiting,
  maxOfParty = Number.POSITIVE_INFINITY,
  refusal,
}: LimiterOptions) {
  const waiting: (() => void)[] = []
  const ofParty = createTally()
  let running = 0

  /** A finished task hands its place to the next in the queue, so that `running` stays as it is. */
  function leave(): void {
    const next = waiting.shift()
    if (next === undefined) running -= 1
    else next()
  }

  const hasRoom = (party: string) =>
    (running < concurrency || waiting.length < maxWaiting) && ofParty.count(party) < maxOfParty

  async function inTurn<T>(task: () => Promise<T>): Promise<T> {
    if (running < concurrency) running += 1
    else await new Promise<void>((start) => waiting.push(start))
    try {
      return await task()
    } finally {
      leave()
    }
  }

  return async function limit<T>(task: () => Promise<T>, party = ''): Promise<T> {
    if (!hasRoom(party)) throw unavailable(refusal, RETRY_AFTER)
    ofParty.add(party, 1)
    try {
      return await inTurn(task)
    } finally {
      ofParty.add(party, -1)
    }
  }
}
