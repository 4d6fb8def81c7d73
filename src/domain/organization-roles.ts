import { type Actor, userIdOf } from './actor.ts'
import { createRoleOrder } from './role-order.ts'
import { type Scope, type ScopeAlternatives, satisfiedAlternatives } from './scopes.ts'
import { hasFullAccess } from './superusers.ts'

/** What may be done in an organization: see it; create repositories, too; administer it, too. */
export const ORGANIZATION_ROLES = ['member', 'creator', 'admin'] as const

export type OrganizationRole = (typeof ORGANIZATION_ROLES)[number]

export const {
  reaches: atLeast,
  highest,
  lower,
  rolesFrom,
} = createRoleOrder<OrganizationRole>(ORGANIZATION_ROLES)

/**
 * The role that an actor has in a namespace, before the token's scopes cap it: users administer what is their own, and have
 * the roles of their teams elsewhere; applications administer their organization.
 */
export function roleIn(
  { id, roles }: { id: string; roles: readonly OrganizationRole[] },
  actor: Actor,
): OrganizationRole | undefined {
  if (actor.kind === 'application') return actor.organizationId === id ? 'admin' : undefined
  return userIdOf(actor) === id ? 'admin' : highest(roles)
}

interface OrganizationCaller {
  actor: Actor
  /** The role that the caller's teams give in this organization. */
  teamRole: OrganizationRole | undefined
  superusersFullAccess: boolean
}

/**
 * The role in which the caller may act: what the teams give, capped by what the token's scopes allow
 * (as in Quay: `repo:create` reaches up to creator). A set with `super:user` makes a superuser
 * an administrator where full access is switched on.
 *
 * @param alternatives sets of scopes, any of which opens the operation
 */
export const effectiveRole = (
  caller: OrganizationCaller,
  alternatives: ScopeAlternatives,
): OrganizationRole | undefined =>
  highest(
    satisfiedAlternatives(caller.actor.scopes, alternatives)
      .map((scopes) => roleThrough(caller, scopes))
      .filter((role) => role !== undefined),
  )

function roleThrough(caller: OrganizationCaller, scopes: readonly Scope[]) {
  if (scopes.includes('super:user')) {
    return hasFullAccess(caller.actor, caller.superusersFullAccess) ? 'admin' : undefined
  }
  if (caller.teamRole === undefined) return undefined
  return scopes.includes('repo:create') ? lower(caller.teamRole, 'creator') : caller.teamRole
}

/** With any of these scopes, a member's token reads what is in the organization. */
export const MEMBER_SCOPES: ScopeAlternatives = [['org:admin'], ['repo:create'], ['super:user']]
