import { after } from './expiry.ts'

/** How long sessions of people live (seconds), and how many of them a user has at most: one more ends the oldest. */
export const SESSIONS = { idle: 1_800, longest: 43_200, fresh: 600, most: 50 } as const

interface Life {
  expiresAt: Date
  lastAccessedAt: Date
}

/** When it ends, whatever happens. */
export const sessionEnd = (createdAt: Date) => after(createdAt, SESSIONS.longest)

/** When it ends unless it is used before. */
export const idleEnd = ({ lastAccessedAt }: Pick<Life, 'lastAccessedAt'>) =>
  after(lastAccessedAt, SESSIONS.idle)

export const isAlive = (life: Life, now: Date) => now < life.expiresAt && now < idleEnd(life)

/** Sessions that were last used before then have ended, whatever else is known of them. */
export const idleSince = (now: Date) => after(now, -SESSIONS.idle)

/** Until when its log-in counts as one of a moment ago; null where it is not known when that was. */
export const freshUntil = ({ authenticatedAt }: { authenticatedAt: Date | null }) =>
  authenticatedAt && after(authenticatedAt, SESSIONS.fresh)

export function isFresh(session: { authenticatedAt: Date | null }, now: Date) {
  const until = freshUntil(session)
  return until !== null && now < until
}
