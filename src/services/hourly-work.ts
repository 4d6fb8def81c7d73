import { setTimeout as sleep } from 'node:timers/promises'

/** What is done at a time, and times in a row: the rest waits for the next hour. */
const BATCH = 200
const MAX_BATCHES = 5000

const EVERY_MS = 3_600_000
/** Times as long as it worked. */
const REST = 3
/** Most that a stop waits for a rest (ms). */
const LONGEST_REST = 1000

interface Done {
  count: number
  /** The time of the last of them, where the next step may begin. */
  reached?: Date | null
}

/** Does at most so many things, those first that have waited longest. @param step.from where the step before ended, of those in a row */
type DoSome = (step: { from: Date; limit: number }) => Promise<Done>

/**
 * Does what time makes due, such as deleting what has grown old, now and every hour, a little at a time, and rests between
 * for three times as long: callers find the database free, and wait for no long piece of work. Several servers may do so at once.
 */
export function createHourlyWork(doSome: DoSome, batch = BATCH) {
  let stopping = false

  /** @returns how many things were done */
  async function runNow(): Promise<number> {
    let total = 0
    let from = new Date(0)
    for (let round = 0; round < MAX_BATCHES && !stopping; round++) {
      const begin = performance.now()
      const { count, reached } = await doSome({ from, limit: batch })
      total += count
      if (count < batch) break
      from = reached ?? from
      await sleep(Math.min(REST * (performance.now() - begin), LONGEST_REST))
    }
    return total
  }

  return {
    runNow,

    /**
     * Does not keep the process alive.
     *
     * @returns a function that stops it, and waits for what is under way
     */
    start(onError: (error: unknown) => void) {
      let underWay = Promise.resolve()
      function run() {
        underWay = underWay.then(runNow).then(() => {}, onError)
      }
      run()
      const timer = setInterval(run, EVERY_MS).unref()
      return async () => {
        stopping = true
        clearInterval(timer)
        await underWay
      }
    },
  }
}
