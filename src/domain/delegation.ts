import { type Actor, userIdOf } from './actor.ts'
import { forbidden } from './errors.ts'
import { highest, type OrganizationRole } from './organization-roles.ts'
import type { Owner } from './owner.ts'
import { CREATOR_ROLE, createsRepositories, mayCreateRepositories } from './repository-creation.ts'
import { highestRole, type RepositoryRole, reaches, repositoryCap } from './repository-roles.ts'
import type { Scope } from './scopes.ts'
import { hasFullAccess } from './superusers.ts'

// Callers cannot hand on more rights than the token has that they call with.

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

/** What a robot may do. */
export interface RobotRights {
  /** Its own roles in repositories and those of its teams, repositories to come included. */
  repositoryRoles: RepositoryRole[]
  /** The roles of its teams in the organization. */
  teamRoles: OrganizationRole[]
}

/** Whether the caller's token includes all that robots of the owner may do: `org:admin`, and for one's own `user:admin`. */
export const includesRobotsOf = (actor: Actor, owner: Owner, superusersFullAccess: boolean) =>
  actor.scopes.has('org:admin') ||
  owner.id === userIdOf(actor) ||
  hasFullAccess(actor, superusersFullAccess)

/**
 * Whoever says which external identities may act as a robot hands on what it may do.
 *
 * @throws {ServiceError} `insufficient_scope`
 */
export function assertMayActAs({ scopes }: Actor, rights: RobotRights) {
  if (creates(rights) && !mayCreateRepositories(scopes)) throw forbidden()
  const role = highestRoleOf(rights)
  if (role !== undefined && !reaches(repositoryCap(scopes), role)) throw forbidden()
}

export const holdsAll = (held: ReadonlySet<Scope>, scopes: readonly Scope[]) =>
  scopes.every((scope) => held.has(scope))

/**
 * Lets tokens and applications have those scopes only that the caller's token has.
 *
 * @throws {ServiceError} `insufficient_scope`
 */
export function assertHolds(held: ReadonlySet<Scope>, scopes: readonly Scope[]) {
  if (!holdsAll(held, scopes)) throw forbidden()
}

/** Whether a robot may push to a repository, be it to one that it makes. */
export const mayPush = (rights: RobotRights) => reaches(highestRoleOf(rights), 'write')

const creates = ({ teamRoles }: RobotRights) => createsRepositories(highest(teamRoles))

const highestRoleOf = (rights: RobotRights) =>
  creates(rights) ? CREATOR_ROLE : highestRole(rights.repositoryRoles)
