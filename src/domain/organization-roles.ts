import type { Actor } from './actor.ts'
import { type Scope, type ScopeAlternatives, satisfiedAlternatives } from './scopes.ts'

export type OrganizationRole = 'member' | 'creator' | 'admin'

const RANK: Record<OrganizationRole, number> = { member: 1, creator: 2, admin: 3 }

export const atLeast = (role: OrganizationRole | undefined, needed: OrganizationRole) =>
  role !== undefined && RANK[role] >= RANK[needed]

const lower = (a: OrganizationRole, b: OrganizationRole) => (RANK[a] < RANK[b] ? a : b)

/** The highest of several roles, undefined where there is none. */
export const highest = (roles: readonly OrganizationRole[]): OrganizationRole | undefined =>
  roles.reduce<OrganizationRole | undefined>(
    (best, role) => (best !== undefined && RANK[best] >= RANK[role] ? best : role),
    undefined,
  )

export const isSuperuser = (actor: Actor) => actor.kind === 'user' && actor.superuser

/** Whether everything is open to the actor: a superuser, where full access is switched on. */
export const hasFullAccess = (actor: Actor, superusersFullAccess: boolean) =>
  superusersFullAccess && isSuperuser(actor) && actor.scopes.has('super:user')

/** The role that an actor has in an organization, before the token's scopes cap it. */
export const roleIn = (
  organization: { id: string; roles: readonly OrganizationRole[] },
  actor: Actor,
): OrganizationRole | undefined => {
  if (actor.kind === 'user') return highest(organization.roles)
  return actor.organizationId === organization.id ? 'admin' : undefined
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

const roleThrough = (caller: OrganizationCaller, scopes: readonly Scope[]) => {
  if (scopes.includes('super:user')) {
    return hasFullAccess(caller.actor, caller.superusersFullAccess) ? 'admin' : undefined
  }
  if (caller.teamRole === undefined) return undefined
  return scopes.includes('repo:create') ? lower(caller.teamRole, 'creator') : caller.teamRole
}

/** What shows a token's holder, who belongs to an organization, what is in it. */
export const MEMBER_SCOPES: ScopeAlternatives = [['org:admin'], ['repo:create'], ['super:user']]
