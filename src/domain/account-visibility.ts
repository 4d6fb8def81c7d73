// What of an account is shown to whom; `services/access` says who may ask at all.

interface Addressed {
  email: string | null
}

/**
 * The e-mail address of an account, where the caller may see it: who administers the organization, or, of users, has a
 * token for all that is the user's. A hash of it, as in an avatar, gives it away, too.
 */
export const seenEmail = ({ email }: Addressed, isAdmin: boolean): string | undefined =>
  (isAdmin && email) || undefined

/** Whether a caller may see who is in a team: administrators, and the members themselves. */
export const maySeeMembers = ({ isAdmin, isMember }: { isAdmin: boolean; isMember: boolean }) =>
  isAdmin || isMember
