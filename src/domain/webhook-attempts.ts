/** From the event, or from when somebody asked to repeat it, until it is given up (ms). */
export const RETRY_FOR = 3 * 86_400_000

/** Of an attempt, from the look-up of the name to the status of the answer (ms): a target that takes longer has failed. */
export const LONGEST_ATTEMPT = 10_000

/** From the first failure to the next attempt; three times as long after each further one (ms). */
const FIRST_PAUSE = 30_000
const LONGEST_PAUSE = 8 * 3_600_000

/** How long a target that failed is left alone, so that one which is dead takes little of the time of others (ms). */
export const REST_OF_TARGET = 30_000

/** How long a server has a target to itself: longer than any attempt takes (ms). */
export const TURN_OF_SERVER = 2 * LONGEST_ATTEMPT

/** Days that deliveries are listed. */
export const DELIVERIES_KEPT_DAYS = 30

export const later = (date: Date, ms: number) => new Date(date.getTime() + ms)

/**
 * When a delivery that failed is tried again; undefined: it is given up.
 *
 * @param attempts how many there have been
 */
export function nextAttempt(attempts: number, now: Date, retryUntil: Date): Date | undefined {
  const next = later(now, Math.min(FIRST_PAUSE * 3 ** (attempts - 1), LONGEST_PAUSE))
  return next < retryUntil ? next : undefined
}

export const isDelivered = (status: number) => status >= 200 && status < 300
