import type { Clock } from './runtime.ts'

interface WindowsOptions {
  clock: Clock
  /** Length of a window, which begins with its first count (ms). */
  windowMs: number
  /** How many keys are counted at a time; the one counted first is forgotten first. */
  maxKeys: number
}

export type Windows = ReturnType<typeof createWindows>

/** Counts by key and window of time, in bounded memory. */
export function createWindows({ clock, windowMs, maxKeys }: WindowsOptions) {
  const windows = new Map<string, { endsAt: number; count: number }>()

  function current(key: string) {
    const window = windows.get(key)
    return window && window.endsAt > clock().getTime() ? window : undefined
  }

  return {
    isEmpty: () => windows.size === 0,

    count: (key: string) => current(key)?.count ?? 0,

    /** @returns the count in this window and, where it has just begun, that of the key's window before */
    add(key: string): { count: number; last: number } {
      const window = current(key)
      if (window) {
        window.count += 1
        return { count: window.count, last: 0 }
      }
      const last = windows.get(key)?.count ?? 0
      windows.delete(key)
      if (windows.size >= maxKeys) windows.delete(windows.keys().next().value as string)
      windows.set(key, { endsAt: clock().getTime() + windowMs, count: 1 })
      return { count: 1, last }
    },

    /** Takes one count back. */
    subtract(key: string) {
      const window = current(key)
      if (window) window.count -= 1
    },

    forget: (key: string) => windows.delete(key),

    /** Whole seconds until the key's window ends, at least 1. */
    secondsLeft(key: string) {
      const left = (current(key)?.endsAt ?? 0) - clock().getTime()
      return Math.max(1, Math.ceil(left / 1000))
    },
  }
}
