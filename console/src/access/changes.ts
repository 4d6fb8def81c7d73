import type { components } from '../generated/openapi.d.ts'
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

/** The request that makes all of them. */
export const bodyOf = (changes: readonly RoleChange[]): components['schemas']['AccessChanges'] => ({
  changes: changes.map(({ key: { repository, kind, holder }, after }) => ({
    ...{ repository, kind, name: holder },
    role: after === 'none' ? null : after,
  })),
})
