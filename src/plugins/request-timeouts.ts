// How long a request may take. Statements have less (`db/timeouts.ts`).

/** Longest time that a request may take to arrive, and how often that is checked (ms). */
export const ARRIVAL_TIMEOUT = 30_000
export const ARRIVAL_CHECK_INTERVAL = 5_000

/**
 * Longest silence of a caller who is sending a request or taking an answer (ms). Longer than `WORK_TIMEOUT`: between the
 * two, both sides are silent.
 */
export const SILENCE_TIMEOUT = 15_000

/** Longest time that a request may be at work (ms). */
export const WORK_TIMEOUT = 10_000
