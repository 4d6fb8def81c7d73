import type { Origin, Performer } from '../../domain/actor.ts'
import type { Principal } from '../../domain/principal.ts'
import type { RepositoryRole } from '../../domain/repository-roles.ts'

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
  expiresAt?: number
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
