import { createHash } from 'node:crypto'
import { later } from './webhook-attempts.ts'

/** Webhooks are told of exchanges that fail so often in that time. */
export const FAILING = { times: 3, inMs: 3_600_000 } as const

/** An entry of the log about an exchange that failed. */
interface FailureEntry {
  kind: string
  namespaceId: string | null
  metadata: Readonly<Record<string, unknown>>
  createdAt: Date
}

/** What fails, and the event of it. */
export interface Failing {
  /** Short name of the robot, or the issuer. */
  about: string
  /** Since when failures count. */
  since: Date
  eventId: string
}

/**
 * What webhooks may be told of with an entry. The event's id is made of what fails and the hour of the clock, so that servers
 * which tell of the same make one event: a UUIDv7 (RFC 9562 §5.7) of the beginning of the hour.
 */
export function failingOf({ kind, namespaceId, metadata, createdAt }: FailureEntry): Failing {
  const { robot, issuer } = metadata
  const about = kind === 'issuer_failure' ? String(issuer) : String(robot).replace(/^.*\+/, '')
  const hour = Math.floor(createdAt.getTime() / FAILING.inMs) * FAILING.inMs
  const digest = createHash('sha256').update(JSON.stringify([namespaceId, kind, about, hour]))
  const random = digest.digest('hex')
  const time = hour.toString(16).padStart(12, '0')
  return {
    about,
    since: later(createdAt, -FAILING.inMs),
    eventId: `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`,
  }
}
