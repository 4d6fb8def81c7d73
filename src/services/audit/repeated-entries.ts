import type { Db } from '../../db/types.ts'
import { MAX_COUNTED, SAME_EVENT_MS } from '../../domain/audit-rates.ts'
import type { Clock } from '../../domain/runtime.ts'
import type { Background } from '../background.ts'
import type { AuditEvent, AuditLog } from './audit-log.ts'

const SWEEP_EVERY_MS = 10_000

interface Window {
  endsAt: number
  event: AuditEvent
  /** How many times it has happened again. */
  more: number
}

interface RepeatedEntriesDeps {
  db: Db
  audit: AuditLog
  background: Background
  clock: Clock
}

export type RepeatedEntries = ReturnType<typeof createRepeatedEntries>

/**
 * Audit entries of what happens over and over: one at once, then one a minute. One that stands for several times has their
 * number as `count` in its metadata. Each server counts for itself.
 */
export function createRepeatedEntries({ db, audit, background, clock }: RepeatedEntriesDeps) {
  /** The open windows, by the key of what happens, in the order in which they end; beyond the most, the oldest is ended first. */
  const windows = new Map<string, Window>()

  const record = (event: AuditEvent, times: number) =>
    audit.record(
      db,
      times > 1 ? { ...event, metadata: { ...event.metadata, count: times } } : event,
    )

  async function end(key: string, { event, more }: Window) {
    windows.delete(key)
    if (more > 0) await background.run(() => record(event, more))
  }

  const hasEnded = ({ endsAt }: Window) => endsAt <= clock().getTime()

  async function sweep(): Promise<void> {
    for (const [key, window] of windows) {
      if (!hasEnded(window)) return
      await end(key, window)
    }
  }

  return {
    /**
     * @param key one for all that counts as the same
     * @returns once the entry is written, where one is due
     */
    async note(key: string, event: AuditEvent): Promise<void> {
      const before = windows.get(key)
      if (before && !hasEnded(before)) {
        before.more += 1
        return
      }
      const window = { endsAt: clock().getTime() + SAME_EVENT_MS, event, more: 0 }
      windows.delete(key)
      windows.set(key, window)
      await sweep()
      const [oldest] = windows
      if (oldest && windows.size > MAX_COUNTED) await end(...oldest)
      const uncounted = before?.more ?? 0
      try {
        await record(event, uncounted + 1)
      } catch (error) {
        const more = uncounted + window.more
        if (more === 0) windows.delete(key)
        else windows.set(key, { endsAt: 0, event, more })
        throw error
      }
    },

    /** Writes what has been counted so far. */
    async flush(): Promise<void> {
      for (const [key, window] of windows) await end(key, window)
    },

    /** Ends windows in time, without keeping the process alive. @returns a function that stops it */
    start() {
      const timer = setInterval(() => void sweep(), SWEEP_EVERY_MS).unref()
      return () => clearInterval(timer)
    },
  }
}
