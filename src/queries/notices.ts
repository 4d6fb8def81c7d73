import { rows, unnamed } from '../db/statements.ts'
import type { Tx } from '../db/types.ts'
import type { NoticedRobot } from '../domain/notices.ts'
import type { Announcement } from '../domain/webhook-events.ts'

/** A robot, and whom it belongs to; null where that is deleted, and the robot about to be. */
interface Found extends Pick<NoticedRobot, 'robot'> {
  id: string
  ownerId: string
  ownerName: string | null
  /** Whether it may act, and its owner. */
  isActive: boolean
}

const FOUND = `r.name AS robot, r.namespace_id AS "ownerId", n.name AS "ownerName",
  r.enabled AND COALESCE(r.expires_at, 'infinity') > $now::timestamptz AND COALESCE(n.enabled, false) AS "isActive"`

/** A secret or a robot that is about to expire. */
export interface Due extends Found {
  expiresAt: Date | null
}

const DUE_SECRETS = unnamed<Due, { now: Date; limit: number }>(
  `SELECT s.id, s.expires_at AS "expiresAt", ${FOUND}
   FROM robot_secrets s JOIN robots r ON r.id = s.robot_id LEFT JOIN namespaces n ON n.id = r.namespace_id
   WHERE s.next_notice_at <= $now::timestamptz
   ORDER BY s.next_notice_at LIMIT $limit::bigint FOR NO KEY UPDATE OF s SKIP LOCKED`,
)

/** Secrets of which it is time to tell that they are about to expire; no other server finds them until the transaction ends. */
export const claimDueSecrets = (tx: Tx, now: Date, limit: number) =>
  rows(tx, DUE_SECRETS, { now, limit })

const DUE_ROBOTS = unnamed<Due, { now: Date; limit: number }>(
  `SELECT r.id, r.expires_at AS "expiresAt", ${FOUND}
   FROM robots r LEFT JOIN namespaces n ON n.id = r.namespace_id
   WHERE r.next_notice_at <= $now::timestamptz
   ORDER BY r.next_notice_at LIMIT $limit::bigint FOR NO KEY UPDATE OF r SKIP LOCKED`,
)

/** The same of robots. */
export const claimDueRobots = (tx: Tx, now: Date, limit: number) =>
  rows(tx, DUE_ROBOTS, { now, limit })

const noteNextIn = (table: string) =>
  unnamed<never, { ids: string[]; next: string[] }>(
    `UPDATE ${table} due SET next_notice_at = NULLIF(noted.next, '')::timestamptz
     FROM unnest($ids::uuid[], $next::text[]) AS noted (id, next) WHERE due.id = noted.id`,
  )

const NOTE_NEXT = { secret: noteNextIn('robot_secrets'), robot: noteNextIn('robots') }

export const noteNextNotices = (
  tx: Tx,
  kind: keyof typeof NOTE_NEXT,
  noted: { id: string; next: Date | null }[],
) =>
  rows(tx, NOTE_NEXT[kind], {
    ids: noted.map(({ id }) => id),
    next: noted.map(({ next }) => next?.toISOString() ?? ''),
  })

export interface UnusedRobot extends Found {
  lastUsed: Date | null
}

const UNUSED_SINCE = "GREATEST(r.last_used_on, (r.created_at AT TIME ZONE 'UTC')::date)"

const UNUSED_ROBOTS = unnamed<UnusedRobot, { now: Date; unusedSince: Date; limit: number }>(
  `WITH claimed AS (
     SELECT r.id FROM robots r
     WHERE r.enabled AND r.told_unused_since IS DISTINCT FROM r.last_used_on
       AND ${UNUSED_SINCE} < ($unusedSince::timestamptz AT TIME ZONE 'UTC')::date
     ORDER BY ${UNUSED_SINCE} LIMIT $limit::bigint FOR NO KEY UPDATE OF r SKIP LOCKED),
   noted AS (
     UPDATE robots r SET told_unused_since = r.last_used_on FROM claimed WHERE r.id = claimed.id RETURNING r.*)
   SELECT r.id, r.last_accessed_at AS "lastUsed", ${FOUND}
   FROM noted r LEFT JOIN namespaces n ON n.id = r.namespace_id`,
)

/**
 * Robots that have not been used since a day before, nor made, and notes that this was told. Those that are disabled are left
 * for when they are enabled.
 */
export const noteUnusedRobots = (
  tx: Tx,
  times: { now: Date; unusedSince: Date },
  limit: number,
): Promise<UnusedRobot[]> => rows(tx, UNUSED_ROBOTS, { ...times, limit })

/** What the webhooks of an owner are to be told, and those of the installation. */
export interface Notice extends Announcement {
  eventId: string
  ownerId: string
}

const INSERT_NOTICES = unnamed<
  never,
  Record<'eventIds' | 'ownerIds' | 'types' | 'payloads' | 'retryUntil', string[]> & { now: Date }
>(
  `INSERT INTO webhook_deliveries
     (id, webhook_id, event_id, type, payload, created_at, next_attempt_at, retry_until)
   SELECT gen_random_uuid(), w.id, notice.event_id, notice.type, notice.payload, $now::timestamptz,
          $now::timestamptz, notice.retry_until
   FROM unnest($eventIds::uuid[], $ownerIds::uuid[], $types::text[], $payloads::text[], $retryUntil::timestamptz[])
          AS notice (event_id, owner_id, type, payload, retry_until)
     JOIN webhooks w ON (w.organization_id IS NULL OR w.organization_id = notice.owner_id)
       AND w.enabled AND notice.type = ANY(w.events)
   FOR KEY SHARE OF w`,
)

export const insertNotices = (tx: Tx, notices: Notice[], now: Date) =>
  rows(tx, INSERT_NOTICES, {
    now,
    eventIds: notices.map(({ eventId }) => eventId),
    ownerIds: notices.map(({ ownerId }) => ownerId),
    types: notices.map(({ type }) => type),
    payloads: notices.map(({ payload }) => payload),
    retryUntil: notices.map(({ retryUntil }) => retryUntil.toISOString()),
  })
