/** Which entries a log is asked for, as its address says it. */
export interface AuditSearch {
  /** ISO 8601: a day of UTC, or a moment. */
  starttime?: string
  endtime?: string
  kind?: string
  /** Name of who did it. */
  performer?: string
  /** Full name of the robot that it is about, or, in the log of its owner, the short one. */
  robot?: string
  /** Full name of a repository: the log of that alone. */
  repository?: string
}

const NAMES = ['starttime', 'endtime', 'kind', 'performer', 'robot', 'repository'] as const

export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  const read: AuditSearch = {}
  for (const name of NAMES) {
    const value = search[name]
    if (typeof value === 'string' && value !== '') read[name] = value
  }
  return read
}

const DAY = 86_400_000

/** The day, UTC, so many days before. */
export const dayBefore = (now: Date, days: number): string =>
  new Date(now.getTime() - days * DAY).toISOString().slice(0, 10)

/** Days that a log is shown of, where its address says nothing. */
export const USUAL_DAYS = 7

/** What the service is asked: a week, unless the address says otherwise. */
export const withPeriod = (
  search: AuditSearch,
  now: Date,
): AuditSearch & { starttime: string } => ({
  ...search,
  starttime: search.starttime ?? dayBefore(now, USUAL_DAYS - 1),
})
