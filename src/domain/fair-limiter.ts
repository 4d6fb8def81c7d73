import { unavailable } from './errors.ts'
import { createTurns } from './turns.ts'

/** Seconds after which there may be room again. */
const RETRY_AFTER = 1

/** Favoured tasks in a row, while others wait. */
const FAVOURED_IN_A_ROW = 3
/** Tasks of one trusted party that wait before others; the rest waits with them. */
const MAX_FAVOURED = 4

/** On whose behalf a task runs. */
export interface Claim {
  /** Parties take turns. */
  party: string
  /** Whether some of its tasks go before those of other parties, and take the place of one of them where there is no room. */
  isTrusted: boolean
}

interface FairLimiterOptions {
  /** Tasks that run at a time. */
  concurrency: number
  /** Tasks that may wait. */
  maxWaiting: number
  /** What callers are told whose task may not even wait, or has to make room for another's. */
  refusal: string
}

interface Waiting {
  start: () => void
  giveUp: (reason: Error) => void
}

/**
 * Runs a limited number of tasks at a time, of each party in turn. Where no more may wait, the party that has most
 * waiting loses its last one: one party, trusted or not, can fill all places, but no party can keep another out.
 *
 * @throws ServiceError `unavailable` when too many wait
 */
export function createFairLimiter({ concurrency, maxWaiting, refusal }: FairLimiterOptions) {
  const favoured = createTurns<Waiting>()
  const others = createTurns<Waiting>()
  let running = 0
  let waiting = 0
  let favouredInARow = 0

  const refused = () => unavailable(refusal, RETRY_AFTER)

  function enqueue({ party, isTrusted }: Claim, one: Waiting) {
    const isFavoured = isTrusted && favoured.count(party) < MAX_FAVOURED
    if (waiting >= maxWaiting) makeRoom(isFavoured ? 0 : others.count(party) + 1)
    waiting += 1
    const queue = isFavoured ? favoured : others
    queue.add(party, one)
  }

  /** Where a party has more than `most` waiting. */
  function makeRoom(most: number) {
    const dropped = others.dropLast(most)
    if (!dropped) throw refused()
    waiting -= 1
    dropped.giveUp(refused())
  }

  function next(): Waiting | undefined {
    const first = favouredInARow < FAVOURED_IN_A_ROW ? favoured.next() : undefined
    favouredInARow = first ? favouredInARow + 1 : 0
    return first ?? others.next() ?? favoured.next()
  }

  /** Hands the place on. */
  function leave() {
    const one = next()
    if (!one) {
      running -= 1
      return
    }
    waiting -= 1
    one.start()
  }

  return async function limit<T>(task: () => Promise<T>, claim: Claim): Promise<T> {
    if (running < concurrency) running += 1
    else await new Promise<void>((start, giveUp) => enqueue(claim, { start, giveUp }))
    try {
      return await task()
    } finally {
      leave()
    }
  }
}
