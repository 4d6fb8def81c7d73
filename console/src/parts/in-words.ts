const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Largest first. */
const UNITS: [Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 365 * DAY],
  ['month', 30 * DAY],
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
]

const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** `3 days ago`, `in 2 hours`, `now` for less than a minute. */
export function inWords(time: Date, now: Date): string {
  const seconds = (time.getTime() - now.getTime()) / 1000
  const unit = UNITS.find(([, length]) => Math.abs(seconds) >= length)
  return unit ? words.format(Math.trunc(seconds / unit[1]), unit[0]) : words.format(0, 'second')
}
