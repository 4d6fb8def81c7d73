import { unavailable } from './errors.ts'

/** Seconds after which there may be room again. */
const RETRY_AFTER = 1

export interface LimiterOptions {
  /** Tasks that run at a time. */
  concurrency: number
  /** Tasks that may wait their turn, in order. */
  maxWaiting: number
  /** What callers are told whose task may not even wait. */
  refusal: string
}

/**
 * Runs a limited number of tasks at a time.
 *
 * @throws ServiceError `unavailable` when too many wait
 */
export function createLimiter({ concurrency, maxWaiting, refusal }: LimiterOptions) {
  const waiting: (() => void)[] = []
  let running = 0

  /** A finished task hands its place to the next in the queue, so that `running` stays as it is. */
  function leave(): void {
    const next = waiting.shift()
    if (next === undefined) running -= 1
    else next()
  }

  return async function limit<T>(task: () => Promise<T>): Promise<T> {
    if (running < concurrency) running += 1
    else if (waiting.length < maxWaiting) await new Promise<void>((start) => waiting.push(start))
    else throw unavailable(refusal, RETRY_AFTER)
    try {
      return await task()
    } finally {
      leave()
    }
  }
}
