/** How late the event loop may come to a timer before it counts as overloaded (ms). */
export const MAX_LAG = 500

/** Between two looks at the clock (ms). */
const INTERVAL = 250
/** How many looks in a row must come late: a single long task says nothing of the load. */
const LATE_LOOKS = 3

/**
 * Watches how late the event loop comes to its timers.
 *
 * @param limit lateness that is too much (ms)
 * @param now a clock that never goes back (ms)
 */
export function createLagWatch(limit: number, now: () => number) {
  let last = now()
  let late = 0
  return {
    look() {
      const time = now()
      late = time - last - INTERVAL > limit ? late + 1 : 0
      last = time
    },
    isLate: () => late >= LATE_LOOKS,
  }
}

/** Watches the event loop of this process until `stop` is called. */
export function watchEventLoop(limit: number) {
  const watch = createLagWatch(limit, () => performance.now())
  const timer = setInterval(watch.look, INTERVAL)
  timer.unref()
  return { isLate: watch.isLate, stop: () => clearInterval(timer) }
}
