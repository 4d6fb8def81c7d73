/** What one statement deletes, and statements in a row: the rest waits for the next time. */
const BATCH = 1000
const MAX_BATCHES = 1000

const EVERY_MS = 3_600_000

/** Deletes at most so many rows, the oldest first. @returns how many it did */
type DeleteSome = (limit: number) => Promise<number>

/** Deletes what has grown old, now and every hour. Several servers may do so at once. */
export function createHourlyDeletion(deleteSome: DeleteSome, batch = BATCH) {
  let stopping = false

  /** @returns how many were deleted */
  async function prune(): Promise<number> {
    let total = 0
    for (let round = 0; round < MAX_BATCHES && !stopping; round++) {
      const deleted = await deleteSome(batch)
      total += deleted
      if (deleted < batch) break
    }
    return total
  }

  return {
    prune,

    /**
     * Does not keep the process alive.
     *
     * @returns a function that stops it, and waits for what is under way
     */
    start(onError: (error: unknown) => void) {
      let underWay = Promise.resolve()
      function run() {
        underWay = underWay.then(prune).then(() => {}, onError)
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
