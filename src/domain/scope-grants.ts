import { forbidden } from './errors.ts'
import type { Scope } from './scopes.ts'

export const holdsAll = (held: ReadonlySet<Scope>, scopes: readonly Scope[]) =>
  scopes.every((scope) => held.has(scope))

/**
 * Nobody hands on what the token at hand does not hold.
 *
 * @throws {ServiceError} `insufficient_scope`
 */
export function assertHolds(held: ReadonlySet<Scope>, scopes: readonly Scope[]) {
  if (!holdsAll(held, scopes)) throw forbidden()
}
