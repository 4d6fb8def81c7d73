import type { OrganizationRole } from './organization-roles.ts'
import { createRoleOrder } from './role-order.ts'
import type { Scope } from './scopes.ts'

/** What may be done in a repository: pull; push, too; administer it, too. */
export const REPOSITORY_ROLES = ['read', 'write', 'admin'] as const

export type RepositoryRole = (typeof REPOSITORY_ROLES)[number]

/** A role in a repository; its namespace is known from what the grant is part of. */
export interface Grant {
  repository: string
  isPublic: boolean
  role: RepositoryRole
}

/** Who administers a namespace administers all its repositories, those to come included; others have what they are given. */
export const IN_ALL_REPOSITORIES = { of: 'admin', role: 'admin' } as const

/** @param role in the namespace */
export const administersAll = (role: OrganizationRole | undefined) =>
  role === IN_ALL_REPOSITORIES.of

export const {
  reaches,
  highest: highestRole,
  lower,
} = createRoleOrder<RepositoryRole>(REPOSITORY_ROLES)

/** The highest repository role that a token's scopes let its user have. */
export const repositoryCap = (scopes: ReadonlySet<Scope>): RepositoryRole | undefined =>
  REPOSITORY_ROLES.findLast((role) => scopes.has(`repo:${role}`))

/** @param cap undefined: no role at all; `admin`: no cap */
export const capRole = (role: RepositoryRole | undefined, cap: RepositoryRole | undefined) =>
  role === undefined || cap === undefined ? undefined : lower(role, cap)
