import { TOUCH_TOKEN } from '../../src/queries/last-use.ts'
import type { StandingRow } from '../../src/queries/memberships.ts'
import { FIND_TOKEN } from '../../src/queries/oauth-tokens.ts'
import type { Store } from './database.ts'
import { sha256 } from './secrets.ts'

const USE_INTERVAL = 60_000

export const isNewUse = (last: Date | null, now: Date) =>
  last === null || now.getTime() - last.getTime() >= USE_INTERVAL

/**
 * The user who holds the bearer token; undefined: nobody.
 *
 * @param namespace in which the user's roles are wanted
 */
export async function callerOf(store: Store, header = '', namespace: string | null = null) {
  const digest = sha256(header.slice('Bearer '.length))
  const [row] = await store.rows(FIND_TOKEN, { digest, namespace })
  const now = new Date()
  if (!row?.holderEnabled || row.expiresAt <= now || !row.scopes.includes('org:admin')) {
    return undefined
  }
  const { id, userId, lastAccessedAt: from } = row
  if (userId === null) return undefined
  if (isNewUse(from, now)) await store.rows(TOUCH_TOKEN, { id, from, to: now })
  return { ...row, userId }
}

export type Caller = NonNullable<Awaited<ReturnType<typeof callerOf>>>

/** Whether that is an organization which its member administers. */
export const administers = ({ standing_kind: kind, standing_roles: roles }: StandingRow) =>
  kind === 'organization' && roles.includes('admin')
