import { unavailable } from '../domain/errors.ts'

/**
 * Runs at most `concurrency` tasks at a time and lets at most `maxWaiting` wait their turn, in order.
 *
 * @throws ServiceError `unavailable` (try again after 1 s) when the queue is full
 */
export function createLimiter({
  concurrency,
  maxWaiting,
}: {
  concurrency: number
  maxWaiting: number
}) {
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
    else throw unavailable('Too many logins at once', 1)
    try {
      return await task()
    } finally {
      leave()
    }
  }
}
