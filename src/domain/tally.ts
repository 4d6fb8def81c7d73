/** Counts by key, and forgets keys whose count is 0. */
export function createTally() {
  const counts = new Map<string, number>()
  return {
    count: (key: string) => counts.get(key) ?? 0,

    add(key: string, change: 1 | -1) {
      const count = (counts.get(key) ?? 0) + change
      if (count === 0) counts.delete(key)
      else counts.set(key, count)
    },
  }
}
