import { isName } from './names.ts'
import { isRepositoryName, type RepositoryRole } from './registry-scope.ts'
import type { Scope } from './scopes.ts'

const RANK: Record<RepositoryRole, number> = { read: 1, write: 2, admin: 3 }

export function highestRole(roles: readonly RepositoryRole[]): RepositoryRole | undefined {
  return roles.toSorted((a, b) => RANK[b] - RANK[a])[0]
}

/** The highest repository role that a token's scopes let its user have. */
export function repositoryCap(scopes: ReadonlySet<Scope>): RepositoryRole | undefined {
  const roles: RepositoryRole[] = ['read', 'write', 'admin']
  return highestRole(roles.filter((role) => scopes.has(`repo:${role}`)))
}

/** @param cap undefined: no role at all; `admin`: no cap */
export function capRole(role: RepositoryRole | undefined, cap: RepositoryRole | undefined) {
  if (role === undefined || cap === undefined) return undefined
  return RANK[role] < RANK[cap] ? role : cap
}

/** Whether a role suffices for what needs `needed`. */
export const reaches = (role: RepositoryRole | undefined, needed: RepositoryRole) =>
  role !== undefined && RANK[role] >= RANK[needed]

/** Splits `namespace/name` at its first slash; undefined for what cannot be a repository. */
export function parseRepositoryPath(path: string) {
  const slash = path.indexOf('/')
  const [namespace, repository] = [path.slice(0, Math.max(slash, 0)), path.slice(slash + 1)]
  return isName(namespace) && isRepositoryName(repository) ? { namespace, repository } : undefined
}

/** Whether a token's scopes let its user create repositories where the user may. */
export const mayCreateRepositories = (scopes: ReadonlySet<Scope>) =>
  scopes.has('repo:create') || scopes.has('org:admin')
