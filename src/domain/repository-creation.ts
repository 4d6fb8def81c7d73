import { atLeast, type OrganizationRole, rolesFrom } from './organization-roles.ts'
import type { RepositoryRole } from './repository-roles.ts'
import { type Scope, type ScopeAlternatives, satisfiedAlternatives } from './scopes.ts'

// Who may create repositories in an organization, by the API or by a push. Users may in their own namespaces.

const LEAST_ROLE: OrganizationRole = 'creator'

/** The roles of teams whose members may. */
export const CREATING_ROLES = rolesFrom(LEAST_ROLE)

const SCOPES: ScopeAlternatives = [['repo:create'], ['org:admin']]

/** Who may by the API. */
export const REPOSITORY_CREATION = {
  role: LEAST_ROLE,
  scopes: [...SCOPES, ['super:user']],
} as const

/** What the creator may do in the repository, from then on. */
export const CREATOR_ROLE: RepositoryRole = 'admin'

/** Of a repository that somebody creates by a push; by the API, callers say whether theirs is public. */
export const PUSHED_VISIBILITY = 'private'

/** Whether a role in the organization lets its holder create repositories there. */
export const createsRepositories = (role: OrganizationRole | undefined) => atLeast(role, LEAST_ROLE)

/** Whether a token's scopes let its user create repositories where the user may. */
export const mayCreateRepositories = (scopes: ReadonlySet<Scope>) =>
  satisfiedAlternatives(scopes, SCOPES).length > 0
