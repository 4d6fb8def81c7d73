import { later } from './webhook-attempts.ts'

const DAY_MS = 86_400_000

/** Days before a secret or a robot expires at which webhooks are told of it, the first notice first. */
const NOTICE_DAYS = [30, 7, 1]

const noticeAt = (expiresAt: Date, days: number) => later(expiresAt, -days * DAY_MS)

/** When what expires then is told of next; null: not again. What lies behind when an end is set is left out. */
export function nextNotice(expiresAt: Date | null, now: Date): Date | null {
  const days = NOTICE_DAYS.find((days) => expiresAt && noticeAt(expiresAt, days) > now)
  return expiresAt && days !== undefined ? noticeAt(expiresAt, days) : null
}

/** Which notice it is time for, the last of several: days before the end. Undefined: none, or the end has come. */
export function dueNotice(expiresAt: Date | null, now: Date): number | undefined {
  if (!expiresAt || expiresAt <= now) return undefined
  return NOTICE_DAYS.findLast((days) => noticeAt(expiresAt, days) <= now)
}
