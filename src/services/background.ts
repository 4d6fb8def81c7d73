/** With more pending tasks `run` waits, so that a flood of them slows its callers down and does not fill the memory. */
const MAX_PENDING = 1000

export type Background = ReturnType<typeof createBackground>

/** Work that nobody waits for, but that is done before the service ends. */
export function createBackground(onError: (error: unknown) => void) {
  const pending = new Set<Promise<void>>()

  return {
    /** Begins the task; its failure is told to `onError` and to nobody else. */
    async run(task: () => Promise<unknown>): Promise<void> {
      const running: Promise<void> = task()
        .then(() => undefined, onError)
        .finally(() => pending.delete(running))
      pending.add(running)
      if (pending.size > MAX_PENDING) await running
    },

    /** Resolves when everything that was begun has ended. */
    async settled(): Promise<void> {
      while (pending.size > 0) await Promise.all(pending)
    },
  }
}
