import { UNLIMITED } from './lifetime-text.ts'

/** The largest limit of a count. */
export const MAX_COUNT = 10_000_000

export const COUNT_RULE = `must be a whole number from 0 to ${MAX_COUNT}, or ${UNLIMITED}`

/** A limit as it is compared: infinite for `unlimited`. */
export const countOf = (value: number | typeof UNLIMITED) =>
  value === UNLIMITED ? Number.POSITIVE_INFINITY : value
