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

/** Whether a token's scopes let its user create repositories where the user may. */
export const mayCreateRepositories = (scopes: ReadonlySet<Scope>) =>
  scopes.has('repo:create') || scopes.has('org:admin')
