import { overloaded } from './errors.ts'
import { createTally } from './tally.ts'

/** On whose behalf a task runs. */
export interface Requester {
  /** Those with the same id are one party. */
  id: string
  /** Whether somebody still waits for the result. */
  isWaiting: () => boolean
}

const NOBODY_IN_PARTICULAR: Requester = { id: '', isWaiting: () => true }

interface LimiterOptions {
  /** How many tasks run at a time. */
  concurrency: number
  /** How many tasks may wait, in order. */
  maxWaiting: number
  /** How many tasks of one party may run at a time, and how many run and wait together. By default there is no such limit. */
  ofParty?: { running: number; all: number }
  /** What a caller is told whose task cannot even wait. */
  refusal: string
}

interface Waiting {
  requester: Requester
  start: () => void
  giveUp: (reason: Error) => void
}

/**
 * Runs a limited number of tasks at a time. What nobody waits for any more is not begun.
 *
 * @throws {ServiceError} `unavailable` when too many wait
 */
export function createLimiter({
  concurrency,
  maxWaiting,
  ofParty = { running: Number.POSITIVE_INFINITY, all: Number.POSITIVE_INFINITY },
  refusal,
}: LimiterOptions) {
  let queue: Waiting[] = []
  const running = createTally()
  let runningOfAll = 0

  const refused = () => overloaded(refusal)

  const mayRun = ({ id }: Requester) =>
    runningOfAll < concurrency && running.count(id) < ofParty.running

  function hasRoom(requester: Requester): boolean {
    const queued = queue.filter((one) => one.requester.id === requester.id)
    const all = running.count(requester.id) + queued.length
    return (mayRun(requester) || queue.length < maxWaiting) && all < ofParty.all
  }

  function run({ id }: Requester): void {
    runningOfAll += 1
    running.add(id, 1)
  }

  /** Gives the place of a task that has ended to the first in the queue whose party may run another. */
  function leave({ id }: Requester): void {
    runningOfAll -= 1
    running.add(id, -1)
    dismissIdle()
    const next = queue.find(({ requester }) => mayRun(requester))
    if (!next) return
    queue = queue.filter((one) => one !== next)
    run(next.requester)
    next.start()
  }

  function dismissIdle(): void {
    const idle = queue.filter(({ requester }) => !requester.isWaiting())
    if (idle.length === 0) return
    queue = queue.filter((one) => !idle.includes(one))
    for (const { giveUp } of idle) giveUp(refused())
  }

  return async function limit<T>(
    task: () => Promise<T>,
    requester: Requester = NOBODY_IN_PARTICULAR,
  ): Promise<T> {
    if (!hasRoom(requester)) dismissIdle()
    if (!hasRoom(requester)) throw refused()
    if (mayRun(requester)) run(requester)
    else {
      await new Promise<void>((start, giveUp) => queue.push({ requester, start, giveUp }))
    }
    try {
      return await task()
    } finally {
      leave(requester)
    }
  }
}
