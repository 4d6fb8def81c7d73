import { forbidden } from './errors.ts'
import type { OrganizationRole } from './organization-roles.ts'
import type { AskedSearch } from './robot-search.ts'

// What of robots is shown to whom; `services/access` says who may ask at all.

/** What callers ask to see in a list of robots. */
interface Asked {
  token: boolean
  permissions: boolean
  details: boolean
}

/** Members see which robots there are; tokens, teams, repositories and details are for who administers the owner. */
export const seenInRobotList = (
  { token, permissions, details }: Asked,
  role: OrganizationRole | null,
) => ({
  withToken: token && role === 'admin',
  withPermissions: permissions && role === 'admin',
  withDetails: details && role === 'admin',
})

/**
 * Nobody finds out by a filter, or by an order, what the list does not show: members see names, descriptions, and times of
 * creation and last use.
 *
 * @throws {ServiceError} `insufficient_scope`
 */
export function assertMaySearch(
  { label, state, sort }: AskedSearch,
  role: OrganizationRole | null,
): void {
  const isOfSeen = !label && (!state || state === 'unused') && sort !== 'expires'
  if (role !== 'admin' && !isOfSeen) throw forbidden()
}
