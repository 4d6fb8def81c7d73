import type { RepositoryRole } from './registry-scope.ts'

/** A role in a repository of a namespace that goes without saying. */
export interface Grant {
  repository: string
  isPublic: boolean
  role: RepositoryRole
}
