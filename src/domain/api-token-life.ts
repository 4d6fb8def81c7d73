import { modelRefused } from './errors.ts'

/** Ten years: the longest that an API token lives, and Quay's default (seconds). */
export const LONGEST_API_TOKEN = 315_576_000

/** Lifetime of a token that an application gets by itself, with its client secret (seconds). */
export const CLIENT_TOKEN_LIFETIME = 3600

/** Lifetime of the token that is made with the first user, as in Quay (seconds). */
export const INITIAL_TOKEN_LIFETIME = 9000

/** What bounds the life of a token that is made (seconds), beside what was asked for. */
interface LifeBounds {
  /** Infinite: as long as may be. */
  expiresIn: number
  /** The longest that the configuration allows. */
  maxLifetime: number
}

/** When a new API token ends: never after the token that makes it. */
export function apiTokenEnd(
  createdAt: Date,
  { expiresIn, maxLifetime }: LifeBounds,
  parent: { expiresAt: Date } | undefined,
): Date {
  const end = createdAt.getTime() + Math.min(expiresIn, maxLifetime) * 1000
  return new Date(Math.min(end, parent?.expiresAt.getTime() ?? end))
}

/**
 * Refuses a life that was asked for and cannot be given, with what bounds it and what to do.
 *
 * @throws {ServiceError} `model_refused`
 */
export function assertMayLive(
  createdAt: Date,
  { expiresIn, maxLifetime }: LifeBounds,
  parent: { expiresAt: Date } | undefined,
) {
  if (expiresIn === Number.POSITIVE_INFINITY) return
  if (expiresIn > maxLifetime) {
    throw modelRefused(
      `API tokens live ${maxLifetime} seconds at most (limits.token_lifetime of this installation): ask for less`,
    )
  }
  if (parent && createdAt.getTime() + expiresIn * 1000 > parent.expiresAt.getTime()) {
    throw modelRefused(
      `The token that makes it ends on ${parent.expiresAt.toISOString()}, and what it makes no later: ask ` +
        'for less, leave expires_in out, or send your name and password instead of the token',
    )
  }
}
