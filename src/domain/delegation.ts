import type { Actor } from './actor.ts'
import { forbidden } from './errors.ts'
import { hasFullAccess } from './organization-access.ts'
import type { RepositoryRole } from './registry-scope.ts'
import { reaches, repositoryCap } from './repository-access.ts'
import type { Scope } from './scopes.ts'

// Nobody hands on more than the token at hand reaches.

/**
 * Whoever administers an organization hands on roles in its repositories: by teams, and by default
 * permissions. `org:admin` gives no role in a repository, so that such a token needs `repo:…` as well.
 *
 * @param actor undefined: the operator, at the command line
 * @param role undefined: none is handed on
 * @throws {ServiceError} `insufficient_scope`
 */
export function assertMayGive(
  actor: Actor | undefined,
  role: RepositoryRole | undefined,
  superusersFullAccess: boolean,
) {
  if (actor === undefined || role === undefined) return
  if (hasFullAccess(actor, superusersFullAccess)) return
  if (!reaches(repositoryCap(actor.scopes), role)) throw forbidden()
}

export const holdsAll = (held: ReadonlySet<Scope>, scopes: readonly Scope[]) =>
  scopes.every((scope) => held.has(scope))

/**
 * For scopes of tokens and of applications.
 *
 * @throws {ServiceError} `insufficient_scope`
 */
export function assertHolds(held: ReadonlySet<Scope>, scopes: readonly Scope[]) {
  if (!holdsAll(held, scopes)) throw forbidden()
}
