import { unavailable } from './errors.ts'

/** Seconds after which there may be room again. */
const RETRY_AFTER = 1

/** On whose behalf a task runs. */
export interface Claim {
  /** Parties take turns. */
  party: string
  /** Whether it goes before all that are not, and takes the place of one of them where there is no room. */
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
 * waiting loses its last one: one party can fill all places, but no party can keep another out.
 *
 * @throws ServiceError `unavailable` when too many wait
 */
export function createFairLimiter({ concurrency, maxWaiting, refusal }: FairLimiterOptions) {
  const trusted: Waiting[] = []
  /** By party, in the order of their turns; no list is empty. */
  const others = new Map<string, Waiting[]>()
  let running = 0
  let waiting = 0

  const refused = () => unavailable(refusal, RETRY_AFTER)

  function enqueue({ party, isTrusted }: Claim, one: Waiting) {
    if (waiting >= maxWaiting) makeRoom({ party, isTrusted })
    waiting += 1
    if (isTrusted) trusted.push(one)
    else others.set(party, [...(others.get(party) ?? []), one])
  }

  function makeRoom({ party, isTrusted }: Claim) {
    const [most, longest] = [...others].reduce(
      (a, b) => (b[1].length > a[1].length ? b : a),
      ['', [] as Waiting[]],
    )
    const claimed = isTrusted ? 0 : (others.get(party)?.length ?? 0) + 1
    if (longest.length <= claimed) throw refused()
    longest.pop()?.giveUp(refused())
    waiting -= 1
    if (longest.length === 0) others.delete(most)
  }

  function next(): Waiting | undefined {
    const first = trusted.shift()
    if (first) return first
    const [turn] = others
    if (!turn) return undefined
    const [party, [one, ...rest]] = turn
    others.delete(party)
    if (rest.length > 0) others.set(party, rest)
    return one
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
