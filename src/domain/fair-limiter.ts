import { overloaded } from './errors.ts'
import { createFairQueue } from './fair-queue.ts'

/** How many favoured tasks run one after the other while others wait. */
const FAVOURED_IN_A_ROW = 3
/** How many waiting tasks of one trusted party are favoured; its further ones wait among the others. */
const MAX_FAVOURED = 4

/** On whose behalf a task runs. */
export interface Claim {
  /** Parties take turns. */
  party: string
  /** Whether some of its tasks are favoured: they run before others and, where there is no room to wait, take another's. */
  isTrusted: boolean
}

interface FairLimiterOptions {
  /** How many tasks run at a time. */
  concurrency: number
  /** How many tasks may wait. */
  maxWaiting: number
  /** What a caller is told whose task cannot even wait, or had to make room for another. */
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
 * @throws {ServiceError} `unavailable` when too many wait
 */
export function createFairLimiter({ concurrency, maxWaiting, refusal }: FairLimiterOptions) {
  const favoured = createFairQueue<Waiting>()
  const others = createFairQueue<Waiting>()
  let running = 0
  let waiting = 0
  let favouredInARow = 0

  const refused = () => overloaded(refusal)

  function enqueue({ party, isTrusted }: Claim, one: Waiting) {
    const isFavoured = isTrusted && favoured.count(party) < MAX_FAVOURED
    if (waiting >= maxWaiting) makeRoom(isFavoured ? 0 : others.count(party) + 1)
    waiting += 1
    const queue = isFavoured ? favoured : others
    queue.add(party, one)
  }

  /** Refuses the last task of the party that has most waiting, if it has more than `most`. */
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

  /** Gives the place of a task that has ended to the next one. */
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
