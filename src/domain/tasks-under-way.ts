/** Tasks at work, by key, for whoever has to wait for one of them. */
export function createUnderWay() {
  const tasks = new Map<string, Set<Promise<unknown>>>()

  return {
    async run<T>(key: string, task: () => Promise<T>): Promise<T> {
      const others = tasks.get(key) ?? new Set()
      tasks.set(key, others)
      const running = task().finally(() => {
        others.delete(running)
        if (others.size === 0) tasks.delete(key)
      })
      others.add(running)
      return running
    },

    /** Resolves to true when a task of the key has ended; at once, to false, where there is none. */
    async oneEnds(key: string): Promise<boolean> {
      const running = tasks.get(key)
      if (!running) return false
      await Promise.race(running).catch(() => undefined)
      return true
    },
  }
}
