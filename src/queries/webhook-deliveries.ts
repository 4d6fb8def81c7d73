import { rows, statement } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import { isId } from '../domain/ids.ts'
import type { Slice } from '../domain/page.ts'
import type { Announcement } from '../domain/webhook-events.ts'
import { Prisma, type WebhookDelivery } from '../generated/prisma/client.ts'
import { type AuditEntryRow, type EntryValues, entryValues, INSERT_ENTRY } from './audit-entries.ts'
import { deleteOldest, type Step } from './oldest.ts'
import type { WebhookSeal } from './webhooks.ts'

const FIELDS = {
  eventId: true,
  type: true,
  createdAt: true,
  nextAttemptAt: true,
  retryUntil: true,
  attempts: true,
  lastAttemptAt: true,
  lastStatus: true,
  lastError: true,
} satisfies Prisma.WebhookDeliverySelect

export type DeliveryRow = Pick<WebhookDelivery, keyof typeof FIELDS>

/** Newest first. */
export const listDeliveries = (
  db: DbOrTx,
  webhookId: string,
  { after, limit }: Slice,
): Promise<DeliveryRow[]> =>
  db.webhookDelivery.findMany({
    where: { webhookId, ...(after !== undefined && { eventId: { lt: after } }) },
    orderBy: { eventId: 'desc' },
    take: limit,
    select: FIELDS,
  })

export const findDelivery = async (db: DbOrTx, webhookId: string, eventId: string) =>
  isId(eventId)
    ? db.webhookDelivery.findUnique({
        where: { webhookId_eventId: { webhookId, eventId } },
        select: FIELDS,
      })
    : null

/** Has it delivered as if it were new. */
export const repeatDelivery = (
  db: DbOrTx,
  webhookId: string,
  eventId: string,
  { now, retryUntil }: { now: Date; retryUntil: Date },
): Promise<DeliveryRow> =>
  db.webhookDelivery.update({
    where: { webhookId_eventId: { webhookId, eventId } },
    data: { nextAttemptAt: now, retryUntil, attempts: 0 },
    select: FIELDS,
  })

/** Deletes some of the oldest deliveries, made or not. */
export const deleteOldDeliveries = (db: DbOrTx, step: Step) =>
  deleteOldest(db, { table: 'webhook_deliveries', key: 'id', time: 'created_at' }, step)

interface Outbox {
  /** How many deliveries are yet to be made to webhooks that are enabled, at most `MOST_MEASURED`. */
  waiting: number
  /** Since the oldest event of these. */
  ageSeconds: number
  /** How many webhooks have one of these that has failed before. */
  failingTargets: number
}

const MOST_MEASURED = 10_000

export async function measureOutbox(db: DbOrTx, now: Date): Promise<Outbox> {
  const [measured] = await db.$queryRaw<Outbox[]>(Prisma.sql`
    SELECT count(*)::int AS waiting,
           COALESCE(EXTRACT(epoch FROM ${now}::timestamptz - min(created_at)), 0)::float AS "ageSeconds",
           count(DISTINCT webhook_id) FILTER (WHERE attempts > 0)::int AS "failingTargets"
    FROM (
      SELECT d.created_at, d.webhook_id, d.attempts FROM webhook_deliveries d
      WHERE d.next_attempt_at > '-infinity' AND d.retry_until > ${now}
        AND (SELECT w.enabled FROM webhooks w WHERE w.id = d.webhook_id)
      ORDER BY d.next_attempt_at LIMIT ${MOST_MEASURED}) waiting`)
  if (!measured) throw new Error('no figures')
  return measured
}

/** A delivery whose turn it is, and where it goes. */
export interface DueDelivery extends WebhookSeal {
  id: string
  webhookId: string
  url: string
  previousUntil: Date | null
  eventId: string
  payload: string
  attempts: number
  retryUntil: Date
}

/**
 * One delivery of each target that no server is at, those first that have waited longest. The target is this server's until
 * `turnEnds`, also if the server does not live so long. No `statement`: a plan for any time reads all targets.
 */
export function claimDeliveries(
  db: DbOrTx,
  { now, turnEnds, limit }: { now: Date; turnEnds: Date; limit: number },
): Promise<DueDelivery[]> {
  const isDue = Prisma.sql`d.next_attempt_at <= ${now} AND d.retry_until > ${now}`
  return db.$queryRaw<DueDelivery[]>(Prisma.sql`
    WITH target AS (
      SELECT w.id FROM webhooks w
      WHERE w.enabled AND w.not_before <= ${now}
        AND EXISTS (SELECT FROM webhook_deliveries d WHERE d.webhook_id = w.id AND ${isDue})
      ORDER BY w.not_before LIMIT ${limit} FOR NO KEY UPDATE OF w SKIP LOCKED),
    claimed AS (
      UPDATE webhooks w SET not_before = ${turnEnds} FROM target WHERE w.id = target.id RETURNING w.*)
    SELECT d.id, c.id AS "webhookId", c.url, c.secret_key_id AS "secretKeyId", c.secret_sealed AS "secretSealed",
           c.previous_until AS "previousUntil", d.event_id AS "eventId", d.payload, d.attempts,
           d.retry_until AS "retryUntil"
    FROM claimed c JOIN LATERAL (
      SELECT * FROM webhook_deliveries d WHERE d.webhook_id = c.id AND ${isDue}
      ORDER BY d.next_attempt_at, d.event_id LIMIT 1) d ON true`)
}

interface Attempt {
  id: string
  webhookId: string
  now: Date
  status: number | null
  error: string | null
  /** Null: there is no more to do. */
  nextAttemptAt: Date | null
  /** When the target may be asked again. */
  notBefore: Date
}

/** What came of a delivery; gives the target back. */
export const noteAttempt = (db: DbOrTx, attempt: Attempt) =>
  db.$executeRaw(Prisma.sql`
    WITH target AS (
      UPDATE webhooks SET not_before = ${attempt.notBefore} WHERE id = ${attempt.webhookId}::uuid)
    UPDATE webhook_deliveries SET attempts = attempts + 1, last_attempt_at = ${attempt.now},
      last_status = ${attempt.status}, last_error = ${attempt.error}, next_attempt_at = ${attempt.nextAttemptAt}
    WHERE id = ${attempt.id}::uuid`)

/**
 * The text of a statement that writes an entry (`entryValues`), and an announcement to the webhooks of its namespace and those of
 * the installation, unless they have this event. `FOR KEY SHARE`: a webhook that is deleted just now is left out, instead of
 * failing the change.
 *
 * @param eventId the parameter that has it
 * @param where on what condition they are told
 */
export const insertAnnounced = (eventId: string, where: string) => `
  WITH entry AS (${INSERT_ENTRY})
  INSERT INTO webhook_deliveries
    (id, webhook_id, event_id, type, payload, created_at, next_attempt_at, retry_until)
  SELECT gen_random_uuid(), w.id, ${eventId}::uuid, $type::text, $payload::text, $entry_createdAt::timestamptz,
         $entry_createdAt::timestamptz, $retryUntil::timestamptz
  FROM webhooks w
  WHERE (w.organization_id IS NULL OR w.organization_id = $entry_namespaceId::uuid)
    AND w.enabled AND $type::text = ANY(w.events) AND ${where}
  FOR KEY SHARE OF w
  ON CONFLICT (webhook_id, event_id) DO NOTHING`

const INSERT_ANNOUNCED_ENTRY = statement<never, EntryValues & Announcement>(
  'insert_announced_entry',
  insertAnnounced('$entry_id', 'true'),
)

/** Writes the entry and, in the same statement, what its webhooks and those of the installation are to be told. */
export const insertAnnouncedEntry = (
  db: DbOrTx,
  entry: AuditEntryRow,
  announcement: Announcement,
) => rows(db, INSERT_ANNOUNCED_ENTRY, { ...entryValues(entry), ...announcement })
