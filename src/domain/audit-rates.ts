// How often the same is written to the log, so that no caller floods it. What is left out in between is counted there.

/** Failed log-ins of one robot or other account, whatever it fails for: so many in that time. */
export const FAILURES = { most: 10, inMs: 60_000 } as const

/** What happens over and over, such as log-ins of a robot, and reading a secret again: one entry in this time (ms). */
export const SAME_EVENT_MS = 60_000

/** How many accounts, and how many different events, are counted at a time; an event takes some 1 KiB. */
export const MAX_COUNTED = 10_000
