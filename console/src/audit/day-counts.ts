import type { components } from '../generated/openapi.d.ts'
import { isoDayOf } from './days.ts'

type Count = components['schemas']['LogCount']

/** Entries of a day. */
export interface DayCounts {
  /** ISO 8601, UTC. */
  day: string
  exchanges: number
  logins: number
  refusals: number
}

type Counted = Exclude<keyof DayCounts, 'day'>

const COUNTED: Record<string, Counted> = {
  federated_robot_token_exchange: 'exchanges',
  login_success: 'logins',
  login_failure: 'refusals',
  issuer_failure: 'refusals',
}

const DAY = 86_400_000
/** A chart of more is one of lines that nobody can tell apart; the newest are shown. */
export const MOST_DAYS = 92

/** Each day from the first with an entry to the last, those without one, too. */
export function dayCounts(counts: readonly Count[]): DayCounts[] {
  const days = new Map<string, DayCounts>()
  for (const { kind, count, datetime } of counts) {
    const name = COUNTED[kind]
    if (name === undefined) continue
    const day = isoDayOf(datetime)
    const before = days.get(day) ?? { day, exchanges: 0, logins: 0, refusals: 0 }
    days.set(day, { ...before, [name]: before[name] + count })
  }
  const known = [...days.keys()].sort()
  const last = Date.parse(known.at(-1) ?? '')
  const first = Math.max(Date.parse(known[0] ?? ''), last - (MOST_DAYS - 1) * DAY)
  const all: DayCounts[] = []
  for (let at = first; at <= last; at += DAY) {
    const day = new Date(at).toISOString().slice(0, 10)
    all.push(days.get(day) ?? { day, exchanges: 0, logins: 0, refusals: 0 })
  }
  return all
}

/** How often each reason was given, the most frequent first. */
export function reasonCounts(counts: readonly Count[]): [reason: string, count: number][] {
  const reasons = new Map<string, number>()
  for (const { reason, count } of counts) {
    if (reason) reasons.set(reason, (reasons.get(reason) ?? 0) + count)
  }
  return [...reasons].sort(([, a], [, b]) => b - a)
}
