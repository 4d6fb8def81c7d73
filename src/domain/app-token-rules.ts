import type { Actor } from './actor.ts'
import { after } from './expiry.ts'
import { type RepositoryRole, reaches, repositoryCap } from './repository-roles.ts'

/** Within this time a token counts as expiring (ms). */
const SOON_MS = 7 * 86_400_000

/**
 * When a new app specific token ends, which the life of the token that makes it alone decides.
 *
 * @param maxLifetime the longest that the configuration allows (seconds), where a session makes it
 */
export const appTokenEnd = (
  createdAt: Date,
  maxLifetime: number,
  parent: { expiresAt: Date } | undefined,
): Date => parent?.expiresAt ?? after(createdAt, maxLifetime)

/** What is told of one that has ended. */
export const APP_TOKEN_EXPIRED =
  'The app specific token has expired: it ends with the API token that made it'

/** Tokens that end before this are listed as expiring. */
export const expiringBefore = (now: Date) => new Date(now.getTime() + SOON_MS)

/** What a new token may do in repositories: what the token that makes it may. */
export const capOfAppToken = ({ scopes }: Pick<Actor, 'scopes'>): RepositoryRole | null =>
  repositoryCap(scopes) ?? null

/** Whether a caller may be shown the token again, which could make one like it. */
export const maySeeAppToken = ({ scopes }: Pick<Actor, 'scopes'>, cap: RepositoryRole | null) =>
  cap === null || reaches(repositoryCap(scopes), cap)
