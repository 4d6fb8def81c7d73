import { ServiceError } from '../domain/errors.ts'

/** Largest body (bytes), unless the route says more: they are in memory until they are complete. */
export const BODY_LIMIT = 65_536

/** Largest body where users write long texts or lists (bytes), as in Quay. */
export const LONG_BODY_LIMIT = 1_048_576

/**
 * Largest body that changes one robot, or makes or changes one federation entry (bytes). Metadata have 64 KiB at most, which
 * may come with characters escaped.
 */
export const ITEM_BODY_LIMIT = 262_144

/** Largest form of a token exchange (bytes), as in Quay. */
export const TOKEN_EXCHANGE_LIMIT = 32_768

/** How much memory incomplete bodies may take together (bytes): that of 512 short ones, or of 32 long ones. */
export const INCOMPLETE_BODIES_LIMIT = 512 * BODY_LIMIT

export const tooLarge = (limit: number) =>
  new ServiceError('request_too_large', `The body may have ${limit} bytes at most`)
