import type { Role } from './roles.ts'
import type { RoleKey } from './set-role.ts'

/** A role that is to become another one. */
export interface RoleChange {
  key: RoleKey
  before: Role | 'none'
  after: Role | 'none'
}

const nameOf = ({ kind, holder, repository }: RoleKey) => `${kind} ${holder} ${repository}`

/** What is to become of the role of a key. */
export const changeOf = (changes: readonly RoleChange[], key: RoleKey): RoleChange | undefined =>
  changes.find((one) => nameOf(one.key) === nameOf(key))

/** The changes with one more; one that changes nothing, or nothing any more, is none. */
export function withChange(changes: readonly RoleChange[], change: RoleChange): RoleChange[] {
  const others = changes.filter((one) => nameOf(one.key) !== nameOf(change.key))
  return change.before === change.after ? others : [...others, change]
}
