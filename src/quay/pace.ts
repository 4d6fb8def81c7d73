/**
 * Keeps to so many turns a second, evenly.
 *
 * @param wait milliseconds
 */
export function createPace(perSecond: number, wait: (ms: number) => Promise<unknown>) {
  const gap = 1000 / perSecond
  let next = 0
  return {
    async turn() {
      const now = performance.now()
      const mine = Math.max(now, next)
      next = mine + gap
      if (mine > now) await wait(mine - now)
    },
  }
}
