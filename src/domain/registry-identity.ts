import { type Actor, type Origin, type Performer, performerNameOf } from './actor.ts'
import { type Principal, principalOf } from './principal.ts'
import { mayCreateRepositories } from './repository-creation.ts'
import { type RepositoryRole, repositoryCap } from './repository-roles.ts'
import type { Scope } from './scopes.ts'
import { isSuperuser } from './superusers.ts'

/** Who logged in to the registry, and how far the credential reaches. */
export interface RegistryIdentity {
  /** `sub` of the registry token. */
  subject: string
  principal: Principal
  /** The highest role in a repository that the credential allows, whatever roles the principal has. */
  cap: RepositoryRole | undefined
  /** Registry scopes that the credential is bound to; undefined: none (`domain/registry-reach.ts`). */
  reach?: readonly string[] | undefined
  /** Whether the credential allows creating repositories where the principal may. */
  mayCreate: boolean
  /** Whether all repositories of the registry may be listed. */
  mayList: boolean
  performer: Performer
  /** The robot's owner, if a robot logged in. */
  owner?: { id: string; name: string }
  /** When the credential itself ends, in seconds since 1970. */
  expiresAt?: number | undefined
}

/** The identity of a user who logged in with a credential that reaches as far as the user does. */
export const userIdentity = (
  { id, name, superuser }: { id: string; name: string; superuser: boolean },
  origin: Origin,
): RegistryIdentity => ({
  subject: name,
  principal: { kind: 'user', id },
  cap: 'admin',
  mayCreate: true,
  mayList: superuser,
  performer: { ...origin, user: { id, name } },
})

/** The identity of a request without credentials: public repositories only. */
export const anonymousIdentity = (origin: Origin): RegistryIdentity => ({
  subject: '(anonymous)',
  principal: { kind: 'nobody' },
  cap: 'read',
  mayCreate: false,
  mayList: false,
  performer: origin,
})

/** The identity of a user who logged in with an app specific token. */
export const appTokenIdentity = (
  { id, name, cap }: { id: string; name: string; cap: RepositoryRole | null },
  origin: Origin,
): RegistryIdentity => ({
  ...userIdentity({ id, name, superuser: false }, origin),
  cap: cap ?? undefined,
  mayCreate: false,
})

/** How far the scopes of an API token reach in the registry. */
export const registryRightsOf = (scopes: ReadonlySet<Scope>) => ({
  cap: repositoryCap(scopes),
  mayCreate: mayCreateRepositories(scopes),
})

/** The identity of whoever logged in with an API token. */
export const apiTokenIdentity = (actor: Actor, origin: Origin): RegistryIdentity => ({
  subject: performerNameOf(actor),
  principal: principalOf(actor),
  ...registryRightsOf(actor.scopes),
  mayList: isSuperuser(actor) && actor.scopes.has('super:user'),
  performer: { ...origin, actor },
})

/** The identity of a robot, be it by its static token or by one that is bound to scopes. */
export const robotIdentity = (
  robot: { id: string; fullName: string; owner: { id: string; name: string } },
  origin: Origin,
): RegistryIdentity => ({
  subject: robot.fullName,
  principal: { kind: 'robot', id: robot.id },
  cap: 'admin',
  mayCreate: true,
  mayList: false,
  performer: { ...origin, robot: { id: robot.id, fullName: robot.fullName } },
  owner: robot.owner,
})
