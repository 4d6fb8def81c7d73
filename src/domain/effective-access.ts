import type { Grantee } from './grantee.ts'
import type { RepositoryRole } from './repository-roles.ts'

/** Who may have roles in repositories, in the order in which they are listed. */
export const HOLDER_KINDS = ['team', 'user', 'robot'] as const satisfies Grantee['kind'][]

export type HolderKind = (typeof HOLDER_KINDS)[number]

/** Most sources that are named of a role; the highest come first, so that the role is that of the first. */
export const MOST_SOURCES = 5

/** How many repositories stand beside each other, unless some are named; so many may be. */
export const MOST_COLUMNS = 20

/** Why somebody has a role in a repository. */
export interface AccessSource {
  role: RepositoryRole
  /** `administrators`: of the organization, whose teams administer all its repositories. */
  from: 'direct' | 'team' | 'administrators'
  /** Undefined for a role of their own. */
  team?: string
}

/** What somebody may do in a repository, and why. */
export interface Access {
  repository: string
  isPublic: boolean
  role: RepositoryRole
  sources: AccessSource[]
}
