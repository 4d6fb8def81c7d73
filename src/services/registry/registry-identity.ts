import type { Origin, Performer } from '../../domain/actor.ts'
import type { Principal } from '../../domain/principal.ts'
import type { RepositoryRole } from '../../domain/repository-roles.ts'

/** Who logged in to the registry, and how far the credential reaches. */
export interface RegistryIdentity {
  /** `sub` of the registry token. */
  subject: string
  principal: Principal
  /** The highest role that the credential lets have in a repository. */
  cap: RepositoryRole | undefined
  /** Whether the credential lets create repositories, where the principal may. */
  mayCreate: boolean
  /** Whether all repositories of the registry may be listed. */
  mayList: boolean
  performer: Performer
  /** The owner of a robot. */
  owner?: { id: string; name: string }
  /** When the credential itself ends, in seconds since 1970. */
  expiresAt?: number
}

/** Of a user with all rights. */
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

/** Without credentials: public repositories only. */
export const anonymousIdentity = (origin: Origin): RegistryIdentity => ({
  subject: '(anonymous)',
  principal: { kind: 'nobody' },
  cap: 'read',
  mayCreate: false,
  mayList: false,
  performer: origin,
})
