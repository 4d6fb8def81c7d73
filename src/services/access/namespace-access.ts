import type { Db } from '../../db/types.ts'
import type { Actor, UserActor } from '../../domain/actor.ts'
import {
  forbidden,
  invalidRequest,
  notFound,
  organizationNotFound,
  unauthenticated,
} from '../../domain/errors.ts'
import {
  atLeast,
  effectiveRole,
  type OrganizationRole,
  roleIn,
} from '../../domain/organization-roles.ts'
import type { RobotOwner } from '../../domain/owner.ts'
import { type ScopeAlternatives, satisfiedAlternatives } from '../../domain/scopes.ts'
import { isSuperuser } from '../../domain/superusers.ts'
import { findAccountForMember, type Standing } from '../../queries/memberships.ts'

export type { Standing }

/**
 * What the route does with the caller's own user name in place of an organization's: takes it; refuses it as the data model
 * does (400); says that there is no such organization (404).
 */
export type OwnName = 'accepted' | 'refused' | 'unknown'

interface OrganizationAccess {
  role: OrganizationRole
  scopes: ScopeAlternatives
  ownName: OwnName
  refused?: readonly Actor['kind'][]
}

type AnyNamespaceAccess = Pick<OrganizationAccess, 'role' | 'scopes'>

interface Granted {
  owner: RobotOwner
  role: OrganizationRole
}

/** The scope for all that belongs to the user. */
const OWN_SCOPES: ScopeAlternatives = [['user:admin']]

export type NamespaceAccess = ReturnType<typeof createNamespaceAccess>

/** Whether a caller may act in a namespace, and in which role: the caller's rights capped by the token's scopes. */
export function createNamespaceAccess({
  db,
  superusersFullAccess,
}: {
  db: Db
  superusersFullAccess: boolean
}) {
  const roleWith = (
    actor: Actor,
    teamRole: OrganizationRole | undefined,
    scopes: ScopeAlternatives,
  ) => effectiveRole({ actor, teamRole, superusersFullAccess }, scopes)

  const mayUse = (actor: Actor, scopes: ScopeAlternatives) =>
    satisfiedAlternatives(actor.scopes, scopes).length > 0

  const own = (actor: UserActor): Granted => ({
    owner: { id: actor.userId, name: actor.username, robotPolicy: null },
    role: 'admin',
  })

  /** Access where the path has the caller's own name in place of an organization's. */
  function toOwnName(actor: UserActor, access: OrganizationAccess): Granted {
    if (access.ownName === 'accepted') {
      if (!mayUse(actor, OWN_SCOPES)) throw forbidden()
      return own(actor)
    }
    if (!mayUse(actor, access.scopes)) throw forbidden()
    throw noOrganization(actor.username, access)
  }

  /** As in Quay, only a superuser with full access is told that there is no such organization. */
  function toMissing(actor: Actor, name: string, access: OrganizationAccess): never {
    const role = roleWith(actor, undefined, access.scopes)
    if (!atLeast(role, access.role)) throw forbidden()
    throw noOrganization(name, access)
  }

  /** Applications and robots have no namespace of their own. */
  function ownNamespaceOf(actor: Actor): string {
    if (actor.kind === 'user') return actor.username
    throw invalidRequest('Must provide a namespace or must be logged in.')
  }

  return {
    /** @throws {ServiceError} `insufficient_scope`, also for robots */
    toUser(actor: Actor, { scopes }: { scopes: ScopeAlternatives }): Granted {
      if (actor.kind !== 'user' || !mayUse(actor, scopes)) throw forbidden()
      return own(actor)
    },

    /** Whether users and robots may see who they are. @throws {ServiceError} `invalid_token` otherwise */
    toSelf(actor: Actor, { scopes }: { scopes: ScopeAlternatives }): void {
      if (actor.kind === 'application' || !mayUse(actor, scopes)) throw unauthenticated()
    },

    /** @throws {ServiceError} `insufficient_scope` */
    toSuperuser(actor: Actor, { scopes }: { scopes: ScopeAlternatives }): void {
      if (!isSuperuser(actor) || !mayUse(actor, scopes)) throw forbidden()
    },

    /**
     * @param known what was read of the organization together with who calls
     * @throws {ServiceError} `insufficient_scope`, also where there is no such organization; `model_refused`
     */
    async toOrganization(
      actor: Actor,
      name: string,
      access: OrganizationAccess,
      known?: Standing,
    ): Promise<Granted> {
      if (access.refused?.includes(actor.kind)) throw forbidden()
      if (actor.kind === 'user' && name === actor.username) return toOwnName(actor, access)
      const found =
        known?.name === name ? known.membership : await findAccountForMember(db, name, actor)
      if (!found) return toMissing(actor, name, access)
      if (found.kind === 'user') throw forbidden()
      const role = roleWith(actor, roleIn(found, actor), access.scopes)
      if (role === undefined || !atLeast(role, access.role)) throw forbidden()
      return { owner: ownerOf(found), role }
    },

    /**
     * Checks what does not depend on the namespace: whether, with these scopes, even its administrator could act.
     *
     * @throws {ServiceError} `insufficient_scope`
     */
    assertScopes(actor: Actor, { role, scopes }: AnyNamespaceAccess): void {
      const most = roleWith(actor, 'admin', scopes)
      if (!atLeast(most, role)) throw forbidden()
    },

    /**
     * @param name undefined: the caller's own namespace
     * @throws {ServiceError} `insufficient_scope`, also where there is no such namespace; `not_found` for callers who may
     *   do everything; `invalid_request` for an application or a robot that names none
     */
    async toNamespace(
      actor: Actor,
      name: string | undefined,
      access: AnyNamespaceAccess,
    ): Promise<Granted> {
      const wanted = name ?? ownNamespaceOf(actor)
      const found = await findAccountForMember(db, wanted, actor)
      const teamRole = found && roleIn(found, actor)
      const role = roleWith(actor, teamRole, access.scopes)
      if (role === undefined || !atLeast(role, access.role)) throw forbidden()
      if (!found) throw notFound()
      return { owner: ownerOf(found), role }
    },
  }
}

const ownerOf = ({ id, name, robotPolicy }: RobotOwner): RobotOwner => ({ id, name, robotPolicy })

const noOrganization = (name: string, { ownName }: OrganizationAccess) =>
  ownName === 'refused' ? organizationNotFound(name) : notFound()
