import type { LogEntry } from './log-entry.ts'

interface Day {
  /** ISO 8601, UTC. */
  day: string
  entries: LogEntry[]
}

export const isoDayOf = (datetime: string): string => new Date(datetime).toISOString().slice(0, 10)

/** Entries, the newest first, by their days. */
export function byDay(entries: readonly LogEntry[]): Day[] {
  const days: Day[] = []
  for (const entry of entries) {
    const day = isoDayOf(entry.datetime)
    const last = days.at(-1)
    if (last?.day === day) last.entries.push(entry)
    else days.push({ day, entries: [entry] })
  }
  return days
}
