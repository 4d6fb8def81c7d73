import { setTimeout as sleep } from 'node:timers/promises'

/** What is done at a time, and times in a row: the rest waits for the next hour. */
const BATCH = 200
const MAX_BATCHES = 5000

const EVERY_MS = 3_600_000
/** Times as long as it worked. */
const REST = 3
/** Most that a stop waits for a rest (ms). */
const LONGEST_REST = 1000

/** Does at most so many things, those first that have waited longest. @returns how many there were */
type DoSome = (limit: number) => Promise<number>

/**
 * Does what time makes due, such as deleting what has grown old, now and every hour, a little at a time, and rests between
 * for three times as long: callers find the database free, and wait for no long piece of work. Several servers may do so at once.
 */
export function createHourlyWork(doSome: DoSome, batch = BATCH) {
  let stopping = false

  /** @returns how many things were done */
  async function runNow(): Promise<number> {
    let total = 0
    for (let round = 0; round < MAX_BATCHES && !stopping; round++) {
      const begin = performance.now()
      const done = await doSome(batch)
      total += done
      if (done < batch) break
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
