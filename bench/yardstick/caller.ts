import { FIND_ACCOUNT_FOR_MEMBER } from '../../src/queries/accounts.ts'
import { TOUCH_TOKEN } from '../../src/queries/last-use.ts'
import { FIND_TOKEN } from '../../src/queries/oauth-tokens.ts'
import type { Store } from './database.ts'
import { sha256 } from './secrets.ts'

const USE_INTERVAL = 60_000

export const isNewUse = (last: Date | null, now: Date) =>
  last === null || now.getTime() - last.getTime() >= USE_INTERVAL

/** The user who holds the bearer token; undefined: nobody. */
export async function callerOf(store: Store, header = '') {
  const digest = sha256(header.slice('Bearer '.length))
  const [row] = await store.rows(FIND_TOKEN, { digest })
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

/** The organization, if the caller administers it. */
export async function administered(store: Store, caller: Caller, name: string) {
  const [row] = await store.rows(FIND_ACCOUNT_FOR_MEMBER.user, { name, memberId: caller.userId })
  return row?.kind === 'organization' && row.roles.includes('admin') ? row : undefined
}
