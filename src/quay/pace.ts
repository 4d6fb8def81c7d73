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

/** Does some work for each item, several at a time. @returns the results, in the order of the items */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const queue = items.entries()
  async function worker() {
    for (const [index, item] of queue) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
  return results
}
