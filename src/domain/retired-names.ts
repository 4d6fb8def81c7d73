import type { Performer } from './actor.ts'
import { invalidRequest } from './errors.ts'
import type { Owner } from './owner.ts'

// Who takes a retired name again: those who held it, which are the account that had it and whoever administered that when it
// was retired. Everybody else waits until a superuser releases it, as a registry may still keep images under it.

/** Nobody may use the name of a deleted user again, since nobody administered that user. */
export const TAKERS_FOR_USER: string[] = []

/** For a new organization: its first owner. */
export const takersForOrganization = (ownerId: string) => [ownerId]

/** For an organization that is renamed: itself, and who renames it. */
export const takersForRename = ({ id }: Owner, { actor }: Performer) =>
  actor?.kind === 'user' ? [id, actor.userId] : [id]

/** For everybody else: Quay's words for the name of a namespace that was deleted. */
export const nameRetired = () => invalidRequest('Username is not available')
