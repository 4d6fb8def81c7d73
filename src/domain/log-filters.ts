import { invalidRequest } from './errors.ts'

export interface Period {
  start: Date
  /** Not part of it. */
  end: Date
}

const DAY_MS = 86_400_000

/** What the database and ISO 8601 can write in four digits. */
const LAST_INSTANT = Date.UTC(9999, 11, 31)

/** Month, day, year, as Python's `%m/%d/%Y` reads them. */
const DAY = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/

/** The beginning of a day, UTC, from `MM/DD/YYYY`; undefined for what is no day. */
function parseDay(text: string | undefined): Date | undefined {
  const [, month = '', day = '', year] = DAY.exec(text ?? '') ?? []
  if (year === undefined || year === '0000') return undefined
  const date = new Date(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T00:00:00.000Z`)
  return date.getUTCDate() === Number(day) ? date : undefined
}

/**
 * The time that a log is asked for, whole days as in Quay: unless said, from a day ago to a day from now; what
 * is no date counts as unsaid.
 *
 * @throws {ServiceError} `invalid_request` where the end comes before the start
 */
export function logPeriod(
  { starttime, endtime }: { starttime: string | undefined; endtime: string | undefined },
  now: Date,
): Period {
  const start = parseDay(starttime) ?? new Date(now.getTime() - DAY_MS)
  const last = parseDay(endtime) ?? now
  const end = new Date(Math.min(last.getTime() + DAY_MS, LAST_INSTANT))
  if (end < start) throw invalidRequest('The end time is before the start time')
  return { start, end }
}

/** Entries are made at the time that their id tells, but for the moment between the two. */
const ID_SLACK_MS = 60_000

/** The least UUIDv7 of a moment (RFC 9562 §5.7): its first 48 bits are milliseconds since 1970. */
function leastId(milliseconds: number): string {
  const hex = Math.max(milliseconds, 0).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

/** Between which ids the entries of a period are, so that an index ordered by id need not be read to its end. */
export const idBounds = ({ start, end }: Period) => ({
  from: leastId(start.getTime() - ID_SLACK_MS),
  to: leastId(end.getTime() + ID_SLACK_MS),
})
