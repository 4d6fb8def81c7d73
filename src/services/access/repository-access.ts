import type { Db } from '../../db/types.ts'
import type { Actor } from '../../domain/actor.ts'
import { forbidden, notFound, unauthenticated } from '../../domain/errors.ts'
import { roleIn } from '../../domain/organization-roles.ts'
import { principalOf } from '../../domain/principal.ts'
import { parseRepositoryPath } from '../../domain/repository-name.ts'
import {
  administersAll,
  capRole,
  highestRole,
  type RepositoryRole,
  reaches,
  repositoryCap,
} from '../../domain/repository-roles.ts'
import type { ScopeAlternatives } from '../../domain/scopes.ts'
import { satisfiedAlternatives } from '../../domain/scopes.ts'
import { hasFullAccess } from '../../domain/superusers.ts'
import { findAccountForMember } from '../../queries/memberships.ts'
import { findRepositoryRoles } from '../../queries/repository-roles.ts'

interface RepositoryAccessRule {
  role: RepositoryRole
  scopes: ScopeAlternatives
  /** Whether everybody may act on a public repository, anonymous callers included. */
  anonymous?: boolean
  /** Whether a repository that does not exist is no error, for callers who may be told so. */
  missing?: 'accepted'
}

export interface AccessibleRepository {
  id: string
  name: string
  namespace: { id: string; name: string }
  isPublic: boolean
  /** The caller's role, capped by the token's scopes; undefined for a caller who may see it only because it is public. */
  role: RepositoryRole | undefined
}

export type RepositoryAccess = ReturnType<typeof createRepositoryAccess>

/** Whether a caller may act on a repository: the caller's role capped by the token's scopes. */
export function createRepositoryAccess(deps: { db: Db; superusersFullAccess: boolean }) {
  /** Only callers who would administer the repository are told that it does not exist. */
  async function toMissing(
    actor: Actor | null,
    namespace: string,
    rule: RepositoryAccessRule,
  ): Promise<undefined> {
    if (!actor) throw unauthenticated()
    const hasAll = hasFullAccess(actor, deps.superusersFullAccess)
    const mayLook = hasAll || satisfiedAlternatives(actor.scopes, rule.scopes).length > 0
    if (!mayLook) throw forbidden()
    const found = await findAccountForMember(deps.db, namespace, actor)
    const wouldAdminister = found && administersAll(roleIn(found, actor))
    if (!hasAll && !wouldAdminister) throw forbidden()
    if (!found || rule.missing !== 'accepted') throw notFound()
  }

  function roleOf(actor: Actor | null, roles: RepositoryRole[]): RepositoryRole | undefined {
    if (!actor) return undefined
    if (hasFullAccess(actor, deps.superusersFullAccess)) return 'admin'
    return capRole(highestRole(roles), repositoryCap(actor.scopes))
  }

  return {
    /**
     * @param fullName `namespace/name`
     * @returns undefined where there is no such repository, and that is accepted
     * @throws {ServiceError} `invalid_token` for anonymous callers, `insufficient_scope`, `not_found`
     */
    async to(
      actor: Actor | null,
      fullName: string,
      rule: RepositoryAccessRule,
    ): Promise<AccessibleRepository | undefined> {
      const path = parseRepositoryPath(fullName)
      const [found] = path ? await findRepositoryRoles(deps.db, principalOf(actor), [path]) : []
      if (!found) return toMissing(actor, fullName.split('/', 1)[0] ?? '', rule)
      const role = roleOf(actor, found.roles)
      const isOpen = rule.anonymous === true && found.isPublic
      if (!isOpen && !reaches(role, rule.role)) throw actor ? forbidden() : unauthenticated()
      return {
        id: found.id,
        name: found.repository,
        namespace: { id: found.namespaceId, name: found.namespace },
        isPublic: found.isPublic,
        role,
      }
    },
  }
}
