import { invalidRequest } from './errors.ts'

export interface Period {
  start: Date
  /** The first moment after the period. */
  end: Date
}

const DAY_MS = 86_400_000

/** What the database and ISO 8601 can write in four digits. */
const LAST_INSTANT = Date.UTC(9999, 11, 31)

/** Month, day, year, as Python's `%m/%d/%Y` reads them. */
const DAY = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/

/** ISO 8601 and RFC 3339: a day, or a moment with its offset from UTC. */
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2}))?$/

interface Told {
  at: Date
  /** Whether a whole day is meant, which begins then. */
  isDay: boolean
}

/** @returns undefined for what is no date */
function parseTime(text: string): Told | undefined {
  const [, month = '', day = '', year] = DAY.exec(text) ?? []
  const iso = ISO.exec(text)
  const date = year
    ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
    : iso?.slice(1, 4).join('-')
  const midnight = new Date(`${date}T00:00:00.000Z`)
  const isReal = date !== undefined && !date.startsWith('0000') && isDateOf(midnight, date)
  if (!isReal) return undefined
  if (!iso?.[4]) return { at: midnight, isDay: true }
  const at = new Date(text.toUpperCase().replace(' ', 'T'))
  return Number.isNaN(at.getTime()) ? undefined : { at, isDay: false }
}

/** JavaScript reads 30 February as a day of March. */
const isDateOf = (date: Date, text: string) =>
  !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)

/** @returns undefined where nothing was said */
function timeOf(name: string, text: string | undefined): Told | undefined {
  if (text === undefined || text === '') return undefined
  const told = parseTime(text)
  if (told) return told
  throw invalidRequest(`${name} is no date: write 2026-11-28, 2026-11-28T13:30:00Z or 11/28/2026`)
}

/**
 * The time that a log is asked for: moments, or whole days as in Quay; unless said, from a day ago to a day from now.
 *
 * @throws {ServiceError} `invalid_request` for what is no date, and where the end comes before the start
 */
export function logPeriod(
  { starttime, endtime }: { starttime: string | undefined; endtime: string | undefined },
  now: Date,
): Period {
  const start = timeOf('starttime', starttime)?.at ?? new Date(now.getTime() - DAY_MS)
  const last = timeOf('endtime', endtime) ?? { at: now, isDay: true }
  const after = last.at.getTime() + (last.isDay ? DAY_MS : 0)
  const end = new Date(Math.min(after, LAST_INSTANT))
  if (end < start) throw invalidRequest('The end time is before the start time')
  return { start, end }
}

/** How far an entry's time may be from the time in its id (ms): the two are taken one after the other. */
const ID_SLACK_MS = 60_000

/** The least UUIDv7 of a moment (RFC 9562 §5.7): its first 48 bits are milliseconds since 1970. */
function leastId(milliseconds: number): string {
  const hex = Math.max(milliseconds, 0).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

/** The ids between which all entries of a period are: an index ordered by id need not be read beyond them. */
export const idBounds = ({ start, end }: Period) => ({
  from: leastId(start.getTime() - ID_SLACK_MS),
  to: leastId(end.getTime() + ID_SLACK_MS),
})

/** Ids from one on, up to another that is none of them. */
export interface IdRange {
  from: string
  to: string
}

/** Ids of entries that are all of the day, which begins then, UTC. */
interface DayRange extends IdRange {
  day: Date
}

/**
 * A period as ranges of ids: of each day those of which the id alone says that their entries are of that day, and `seams`, around
 * midnights and both ends of the period, of which the time of the entry must say so.
 */
export function dayRanges({ start, end }: Period): { days: DayRange[]; seams: IdRange[] } {
  const days: DayRange[] = []
  const seams: IdRange[] = []
  let reached = start.getTime() - ID_SLACK_MS
  function upTo(to: number): IdRange[] {
    const ranges = to > reached ? [{ from: leastId(reached), to: leastId(to) }] : []
    reached = Math.max(reached, to)
    return ranges
  }
  for (let at = start.getTime(); ; ) {
    seams.push(...upTo(at + ID_SLACK_MS))
    if (at >= end.getTime()) return { days, seams }
    const midnight = new Date(at).setUTCHours(0, 0, 0, 0)
    const next = Math.min(midnight + DAY_MS, end.getTime())
    const day = new Date(midnight)
    days.push(...upTo(next - ID_SLACK_MS).map((range) => ({ ...range, day })))
    at = next
  }
}

/** What of a period is between two entries, the first and the last by id, or may be; undefined where nothing is. */
export function periodBetween({ start, end }: Period, first: Date, last: Date): Period | undefined {
  const from = Math.max(start.getTime(), first.getTime() - 2 * ID_SLACK_MS)
  const to = Math.min(end.getTime(), last.getTime() + 2 * ID_SLACK_MS)
  return from < to ? { start: new Date(from), end: new Date(to) } : undefined
}

/** Days that a period is of, or begins. */
export const daysIn = ({ start, end }: Period): number =>
  Math.ceil((end.getTime() - start.getTime()) / DAY_MS)
