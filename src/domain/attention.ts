import { type AskedSearch, UNUSED_SINCE, WITHIN } from './robot-search.ts'

// What of robots needs attention, and by which lists it is found.

/** Robots that need attention, and what lists them. */
export const ROBOT_MATTERS = {
  secrets_expiring: { state: 'secret_expiring', within: WITHIN },
  robots_expiring: { state: 'expiring', within: WITHIN },
  robots_unused: { state: 'unused', unused_since: UNUSED_SINCE },
  entries_without_audience: { state: 'any_audience' },
  needless_secrets: { state: 'needless_secret' },
  secrets_against_policy: { state: 'secret_against_policy' },
  issuers_against_policy: { state: 'issuer_against_policy' },
  /** How many they are too many. All are listed, those first that were never used. */
  robots_against_policy: { sort: 'last_used' },
} as const satisfies Record<string, AskedSearch>

export type RobotMatter = keyof typeof ROBOT_MATTERS

/** Nothing is counted further: a look at the list says more then. */
export const MOST_COUNTED = 10_000

/** How many of those that fail are named, the ones that fail most. */
export const MOST_NAMED = 20

const DAY_MS = 86_400_000

/** Since when failures need attention. */
export const failuresSince = (now: Date) => new Date(now.getTime() - DAY_MS)

/** What is counted at one more than `MOST_COUNTED` at most. */
export const countedTo = (count: number) => ({
  count: Math.min(count, MOST_COUNTED),
  more: count > MOST_COUNTED,
})
