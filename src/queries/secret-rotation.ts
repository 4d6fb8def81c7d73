import { rows, statement } from '../db/statements.ts'
import type { Db } from '../db/types.ts'
import { nextNotice } from '../domain/expiry-notices.ts'
import type { Secret, SecretHolder } from '../domain/robot-secret.ts'
import { type AuditEntryRow, type EntryValues, entryValues, withEntry } from './audit-entries.ts'
import {
  insertSecretFrom,
  NEWEST_SECRET,
  type NewSecret,
  putSecret,
  type SecretValues,
  secretValues,
} from './robot-secrets.ts'
import { SHOWN_COLUMNS, type ShownRobot } from './robots.ts'

type RobotSeen = { id: string } & Pick<SecretHolder, 'credentialId'>

interface Kept {
  keptId: string | null
  keptUntil: Date | null
  keptNotice: Date | null
}

const PUT_NEWEST = `
  UPDATE robots r SET ${NEWEST_SECRET.map((pair) => pair.join(' = ')).join(', ')}
  WHERE r.id = $id::uuid AND r.credential_id = $credentialId::uuid
  RETURNING r.namespace_id AS "namespaceId", ${SHOWN_COLUMNS}`

type Rotated = RobotSeen & SecretValues & EntryValues

/** For a robot that has one secret, and keeps none: most often. */
export const REPLACE_ONLY_SECRET = statement<ShownRobot, Rotated>(
  'replace_only_robot_secret',
  withEntry(PUT_NEWEST, putSecret('$credentialId::uuid', 'changed')),
)

const ROTATE_SECRET = statement<ShownRobot, Rotated & Kept>(
  'rotate_robot_secret',
  withEntry(
    PUT_NEWEST,
    insertSecretFrom('changed'),
    `DELETE FROM robot_secrets s USING changed
     WHERE s.robot_id = changed."id" AND s.id IS DISTINCT FROM $keptId::uuid`,
    `UPDATE robot_secrets s SET expires_at = LEAST(s.expires_at, $keptUntil::timestamptz),
       next_notice_at = CASE WHEN s.expires_at <= COALESCE($keptUntil::timestamptz, 'infinity') THEN s.next_notice_at
                             ELSE $keptNotice::timestamptz END
     FROM changed
     WHERE s.robot_id = changed."id" AND s.id = $keptId::uuid`,
  ),
)

/**
 * Puts a secret in the place of all that the robot has, but for the one that is kept, together with the entry.
 *
 * @param seen the robot as it was read: every secret that it gets is its newest at first
 * @returns undefined, and nothing is changed, where the robot has got another secret since, or is gone
 */
export async function rotateSecret(
  db: Db,
  { id, credentialId, secrets }: { id: string } & SecretHolder,
  { secret, kept }: { secret: NewSecret; kept: Secret | undefined },
  entry: AuditEntryRow,
): Promise<ShownRobot | undefined> {
  const values = { id, credentialId, ...secretValues(secret), ...entryValues(entry) }
  const isOnly = !kept && secrets.length === 1
  const [updated] = isOnly
    ? await rows(db, REPLACE_ONLY_SECRET, values)
    : await rows(db, ROTATE_SECRET, { ...values, ...keptValues(kept, secret.createdAt) })
  return updated
}

const keptValues = (kept: Secret | undefined, now: Date): Kept => ({
  keptId: kept?.id ?? null,
  keptUntil: kept?.expiresAt ?? null,
  keptNotice: nextNotice(kept?.expiresAt ?? null, now),
})
