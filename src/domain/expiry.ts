import { invalidRequest } from './errors.ts'

/** The last that RFC 3339 can write. */
const LAST_YEAR = 9999

/**
 * Whether something may expire then.
 *
 * @param otherwise what to send to end it now
 * @throws {ServiceError} `invalid_request`
 */
export function assertFutureExpiry(expiresAt: Date, now: Date, otherwise: string) {
  if (expiresAt.getUTCFullYear() > LAST_YEAR) {
    throw invalidRequest(`expires_at must be in ${LAST_YEAR} or before: send null for none`)
  }
  if (expiresAt <= now) {
    throw invalidRequest(
      `expires_at must be in the future, and ${expiresAt.toISOString()} is not (it is ${now.toISOString()}): send a later ` +
        `time, null for none, or ${otherwise} now`,
    )
  }
}

/** @param seconds finite */
export const after = (now: Date, seconds: number) => new Date(now.getTime() + seconds * 1000)
