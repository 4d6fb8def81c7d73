import type { Performer } from './actor.ts'
import { assertHolds, holdsAll } from './delegation.ts'
import { forbidden } from './errors.ts'
import type { Scope } from './scopes.ts'

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
