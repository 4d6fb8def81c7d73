import { LONGEST_API_TOKEN } from './api-token-life.ts'
import { parseDuration } from './duration.ts'

/** What stands for no limit. */
export const UNLIMITED = 'unlimited'

export const LIFETIME_RULE = `must be a duration from 1m to 3652d such as 90d or 12h (s, m, h, d, w), or ${UNLIMITED}`

export const LIFETIME_FORM = /^(\d{1,9}[smhdw]|unlimited)$/

/** Seconds of a lifetime, infinite for `unlimited`; undefined for a text that breaks the rule. */
export function parseLifetime(text: string): number | undefined {
  if (text === UNLIMITED) return Number.POSITIVE_INFINITY
  const seconds = parseDuration(text)
  return seconds !== undefined && seconds >= 60 && seconds <= LONGEST_API_TOKEN
    ? seconds
    : undefined
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const

/** A lifetime as a text, in the longest unit that fits. @param seconds infinite without a limit */
export function lifetimeText(seconds: number): string {
  if (!Number.isFinite(seconds)) return UNLIMITED
  const [unit, length] = UNITS.find(([, length]) => seconds % length === 0) ?? ['s', 1]
  return `${seconds / length}${unit}`
}
