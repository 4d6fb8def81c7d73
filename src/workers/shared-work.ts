import type { Shared } from '../domain/peers.ts'

interface Wanting<Worker> {
  worker: Worker
  /** What it has is from then (ms since 1970). */
  since: number
  /** Is given what came of the work or, without, is let do it. */
  take(shared?: Shared): void
}

/** How many results are remembered at a time; the oldest is forgotten first. */
const MAX_REMEMBERED = 500

/** Lets one worker at a time do a work, and gives what came of it to the others that want it. */
export function createSharedWork<Worker>() {
  const results = new Map<string, Shared>()
  /** Who wants the result of a work that is under way; the first is at it. */
  const queues = new Map<string, Wanting<Worker>[]>()

  function remember(key: string, shared: Shared) {
    results.delete(key)
    results.set(key, shared)
    const [oldest] = results.keys()
    if (oldest !== undefined && results.size > MAX_REMEMBERED) results.delete(oldest)
  }

  /** @param shared undefined: it failed, and the next one tries */
  function done(key: string, shared: Shared | undefined) {
    const waiting = queues.get(key)?.slice(1) ?? []
    queues.delete(key)
    if (shared) {
      remember(key, shared)
      for (const { take } of waiting) take(shared)
      return
    }
    const [next] = waiting
    if (!next) return
    queues.set(key, waiting)
    next.take()
  }

  return {
    want(key: string, wanting: Wanting<Worker>) {
      const known = results.get(key)
      if (known && known.at > wanting.since) return wanting.take(known)
      const queue = queues.get(key)
      if (queue) return void queue.push(wanting)
      queues.set(key, [wanting])
      wanting.take()
    },

    done,

    /** What a worker was at, others do that wait for it. */
    forget(worker: Worker) {
      for (const [key, [first, ...waiting]] of queues) {
        const left = waiting.filter((one) => one.worker !== worker)
        if (first) queues.set(key, [first, ...left])
        if (first?.worker === worker) done(key, undefined)
      }
    },
  }
}
