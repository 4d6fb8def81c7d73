import { z } from 'zod'
import { UNLIMITED } from '../domain/lifetime-text.ts'
import { COUNT_RULE, countOf, MAX_COUNT } from '../domain/unlimited-count.ts'

/** How many there may be; infinite without a limit. */
export const count = (fallback: number | typeof UNLIMITED) =>
  z
    .union(
      [z.int(COUNT_RULE).min(0, COUNT_RULE).max(MAX_COUNT, COUNT_RULE), z.literal(UNLIMITED)],
      COUNT_RULE,
    )
    .transform(countOf)
    .prefault(fallback)
