/** Requests at a time: enough that the way there and back does not add up, few for a service that has others to serve. */
const AT_A_TIME = 6

/** What the work makes of each item, in their order. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const rest = items.entries()
  async function worker() {
    for (const [index, item] of rest) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(AT_A_TIME, items.length) }, worker))
  return results
}
