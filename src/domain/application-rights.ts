import type { Performer } from './actor.ts'
import { assertHolds, holdsAll } from './delegation.ts'
import { forbidden, ServiceError } from './errors.ts'
import { parseScopes, type Scope } from './scopes.ts'

/**
 * Refuses applications as callers: with a client secret that they made or saw, they could go on after their tokens ended.
 *
 * @throws {ServiceError} `insufficient_scope`, also for scopes beyond the caller's own
 */
export function assertMayMakeApplication({ actor }: Performer, scopes: readonly Scope[]) {
  if (actor?.kind !== 'user') throw forbidden()
  assertHolds(actor.scopes, scopes)
}

/** Whether a caller could make an application with the same scopes: its secret gives no more then. */
export const maySeeClientSecret = (
  { actor }: Performer,
  { scopes }: { scopes: readonly Scope[] },
) => actor?.kind === 'user' && holdsAll(actor.scopes, scopes)

/**
 * The scopes of a token that an application gets by itself.
 *
 * @param asked names of scopes; undefined: all that the application may have
 * @throws {ServiceError} `oauth_invalid_scope` for more than the application may have, and where it may have nothing
 */
export function scopesToGrant(
  application: { scopes: readonly Scope[] },
  asked: string | undefined,
): Scope[] {
  const scopes = asked === undefined ? [...application.scopes] : (parseScopes(asked) ?? [])
  if (scopes.length > 0 && holdsAll(new Set(application.scopes), scopes)) return scopes
  throw new ServiceError(
    'oauth_invalid_scope',
    application.scopes.length === 0
      ? 'An administrator has to give the application scopes first'
      : `The application may have: ${application.scopes.join(' ')}`,
  )
}
