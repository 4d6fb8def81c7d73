import { rows, statement } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import { FAILING, type Failing } from '../domain/failing-exchanges.ts'
import { idBounds } from '../domain/log-period.ts'
import type { Announcement } from '../domain/webhook-events.ts'
import { type AuditEntryRow, type EntryValues, entryValues } from './audit-entries.ts'
import { insertAnnounced } from './webhook-deliveries.ts'

/** Which entries tell of the same failing, by kind; those of exchanges have a code. */
const SAME = {
  login_failure: "robot_of_entry(a.metadata) = $about AND a.metadata->>'code' IS NOT NULL",
  issuer_failure: "a.metadata->>'issuer' = $about",
}

type Kind = keyof typeof SAME

interface Values extends EntryValues, Announcement, Omit<Failing, 'eventId'> {
  eventId: string
  sinceId: string
}

/** Asks for entries of before only where there is a webhook to tell. */
const insertFailure = (kind: Kind) =>
  statement<never, Values>(
    `insert_${kind}`,
    insertAnnounced(
      '$eventId',
      `${FAILING.times - 1} = (SELECT count(*) FROM (
         SELECT FROM audit_entries a
         WHERE a.namespace_id = $entry_namespaceId::uuid AND a.kind = '${kind}' AND a.id >= $sinceId::uuid
           AND a.created_at >= $since::timestamptz AND ${SAME[kind]}
         LIMIT ${FAILING.times - 1}) before)`,
    ),
  )

const INSERT = {
  login_failure: insertFailure('login_failure'),
  issuer_failure: insertFailure('issuer_failure'),
}

/**
 * Writes the entry of an exchange that failed and, where it is one of several, in the same statement what webhooks are to be
 * told, unless they have been of this hour.
 */
export const insertFailureEntry = (
  db: DbOrTx,
  entry: AuditEntryRow,
  announcement: Announcement & Failing,
) =>
  rows(db, INSERT[entry.kind as Kind], {
    ...entryValues(entry),
    ...announcement,
    sinceId: idBounds({ start: announcement.since, end: entry.createdAt }).from,
  })
