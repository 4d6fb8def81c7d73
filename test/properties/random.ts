/** Random choices that a seed repeats (mulberry32). */
export function createRandom(seed: number) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number) => Math.floor(next() * count)
  const pick = <T>(items: readonly T[]): T => {
    if (items.length === 0) throw new Error('nothing to choose from')
    return items[below(items.length)] as T
  }
  return {
    below,
    pick,
    chance: (probability: number) => next() < probability,
    /** Each with the same probability, in their order. */
    some: <T>(items: readonly T[], probability = 0.5) => items.filter(() => next() < probability),
    sample: <T>(items: readonly T[], count: number): T[] => {
      const rest = [...items]
      return Array.from({ length: Math.min(count, rest.length) }, () => {
        const [taken] = rest.splice(below(rest.length), 1)
        return taken as T
      })
    },
  }
}

export type Random = ReturnType<typeof createRandom>
