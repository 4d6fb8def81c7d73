const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** How long an issuer's keys serve without asking it (ms). */
export const FRESH_FOR = HOUR
/** How long they serve while it cannot be asked (ms). */
export const USABLE_FOR = 24 * HOUR
/** How long it is not asked again after a failure (ms). */
export const FAILURE_REMEMBERED_FOR = 30 * SECOND
/** Between two times that it is asked for a key that is unknown, or for one that may have been replaced (ms). */
export const WANT_PAUSE = MINUTE
