import { modelRefused } from './errors.ts'

const DAY = 86_400

/** Lifetime of a robot's API token where nothing else is asked for, and the longest, as in Quay (seconds). */
export const ROBOT_API_TOKEN_LIFE = { usual: 30 * DAY, most: 90 * DAY }

/** How many that have expired a robot's list still shows; older ones are deleted. */
export const EXPIRED_KEPT = 100

/**
 * The whole seconds that a token of a robot is to live.
 *
 * @throws {ServiceError} `model_refused` for longer than may be: Quay would cut that without a word
 */
export function robotApiTokenLife(asked: number | undefined): number {
  const { usual, most } = ROBOT_API_TOKEN_LIFE
  const seconds = Math.floor(asked ?? usual)
  if (seconds <= most) return seconds
  throw modelRefused(`'expiration' must be ${most} seconds (${most / DAY} days) at most`)
}
