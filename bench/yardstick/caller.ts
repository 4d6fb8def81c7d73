import type { Store } from './database.ts'
import { sha256 } from './secrets.ts'
import { FIND_ORGANIZATION, FIND_TOKEN, TOUCH_TOKEN } from './statements.ts'

const USE_INTERVAL = 60_000

export const isNewUse = (last: Date | null, now: Date) =>
  last === null || now.getTime() - last.getTime() >= USE_INTERVAL

/** Who holds the bearer token; undefined: nobody. */
export async function callerOf(store: Store, header = '') {
  const [row] = await store.rows(FIND_TOKEN, [sha256(header.slice('Bearer '.length))])
  const now = new Date()
  if (!row?.holderEnabled || row.expiresAt <= now || !row.scopes.includes('org:admin')) {
    return undefined
  }
  const last = row.lastAccessedAt
  if (isNewUse(last, now)) await store.rows(TOUCH_TOKEN, [row.id, now, last])
  return row
}

export type Caller = NonNullable<Awaited<ReturnType<typeof callerOf>>>

/** The organization, if the caller administers it. */
export async function administered(store: Store, caller: Caller, name: string) {
  const [row] = await store.rows(FIND_ORGANIZATION, [name, caller.userId])
  return row?.kind === 'organization' && row.roles.includes('admin') ? row : undefined
}
