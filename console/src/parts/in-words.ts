const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const MONTH = 30 * DAY
const YEAR = 365 * DAY

/** Largest first; a unit counts from a little less than one of it on: what ends in 23 hours and 59 minutes ends in a day. */
const UNITS: [Intl.RelativeTimeFormatUnit, seconds: number, from: number][] = [
  ['year', YEAR, YEAR - MONTH / 2],
  ['month', MONTH, MONTH - DAY / 2],
  ['day', DAY, DAY - HOUR / 2],
  ['hour', HOUR, HOUR - MINUTE / 2],
  ['minute', MINUTE, MINUTE],
]

/** In numbers: by when it is read, what was an hour ago may have been yesterday. */
const words = new Intl.RelativeTimeFormat('en', { numeric: 'always' })

/** `3 days ago`, `in 2 hours`, to the nearest; `just now` and `in a moment` for less than a minute. */
export function inWords(time: Date, now: Date): string {
  const seconds = (time.getTime() - now.getTime()) / 1000
  const unit = UNITS.find(([, , from]) => Math.abs(seconds) >= from)
  if (unit) return words.format(Math.round(seconds / unit[1]), unit[0])
  return seconds > 0 ? 'in a moment' : 'just now'
}
