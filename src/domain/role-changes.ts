import type { RepositoryRole } from './repository-roles.ts'

/** A role of its own that somebody is to have in a repository. */
export interface RoleChange {
  /** Without the name of the owner. */
  repository: string
  kind: 'user' | 'robot' | 'team'
  /** Of a robot, the full one. */
  name: string
  /** Null: none. */
  role: RepositoryRole | null
}

/** `acme+ci in web` */
export const wordsOf = ({ kind, name, repository }: RoleChange) =>
  `${kind === 'team' ? `team ${name}` : name} in ${repository}`
