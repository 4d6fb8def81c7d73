import { rows, statement } from '../db/statements.ts'
import type { Db } from '../db/types.ts'
import { nextNotice } from '../domain/expiry-notices.ts'
import type { Secret, SecretHolder } from '../domain/robot-secret.ts'
import { insertSecretsFrom, NEWEST_SECRET, putSecretsFrom } from './robot-secrets.ts'
import { SHOWN_COLUMNS, type ShownRobot } from './robots.ts'
import { recordOf, type SecretChange, secretsWithEntries } from './secret-batches.ts'

const PUT_NEWEST = `
  UPDATE robots r SET ${NEWEST_SECRET.map((pair) => pair.join(' = ')).join(', ')}
  FROM given WHERE r.id = given."robotId" AND r.credential_id = given."credentialId"
    AND r.id = ANY (ARRAY(SELECT "robotId" FROM given))
  RETURNING r.credential_id AS "secret_id", r.namespace_id AS "namespaceId", ${SHOWN_COLUMNS}`

const SEEN = { robotId: 'uuid', credentialId: 'uuid' }
const KEPT = { keptId: 'uuid', keptUntil: 'timestamptz', keptNotice: 'timestamptz' }

type Rotated = ShownRobot & { secret_id: string }

/** For robots that have one secret each, and keep none: most often. */
export const REPLACE_ONLY_SECRETS = statement<Rotated, { changes: string }>(
  'replace_only_robot_secrets',
  secretsWithEntries(SEEN, PUT_NEWEST, putSecretsFrom('changed')),
)

const ROTATE_SECRETS = statement<Rotated, { changes: string }>(
  'rotate_robot_secrets',
  secretsWithEntries(
    { ...SEEN, ...KEPT },
    PUT_NEWEST,
    insertSecretsFrom('changed'),
    `DELETE FROM robot_secrets s USING changed
     WHERE s.robot_id = changed."id" AND s.robot_id = ANY (ARRAY(SELECT "id" FROM changed))
       AND s.id IS DISTINCT FROM changed."keptId"`,
    `UPDATE robot_secrets s SET expires_at = LEAST(s.expires_at, changed."keptUntil"),
       next_notice_at = CASE WHEN s.expires_at <= COALESCE(changed."keptUntil", 'infinity') THEN s.next_notice_at
                             ELSE changed."keptNotice" END
     FROM changed
     WHERE s.robot_id = changed."id" AND s.id = changed."keptId" AND s.id = ANY (ARRAY(SELECT "keptId" FROM changed))`,
  ),
)

export interface SecretRotation extends SecretChange {
  /** As it was read: every secret that it gets is its newest at first. */
  robot: { id: string } & SecretHolder
  /** Of the secrets that it has. */
  kept: Secret | undefined
}

/**
 * Puts secrets in the place of all that the robots have, but for those that are kept, together with the entries.
 *
 * @returns of each undefined, and nothing is changed, where the robot has got another secret since, or is gone
 */
export async function rotateSecrets(
  db: Db,
  rotations: SecretRotation[],
): Promise<(ShownRobot | undefined)[]> {
  const areOnly = rotations.every(({ robot, kept }) => !kept && robot.secrets.length === 1)
  const changes = JSON.stringify(rotations.map(toRecord))
  const rotated = await rows(db, areOnly ? REPLACE_ONLY_SECRETS : ROTATE_SECRETS, { changes })
  return rotations.map(({ secret }) => rotated.find((one) => one.secret_id === secret.id))
}

const toRecord = (rotation: SecretRotation) => ({
  robotId: rotation.robot.id,
  credentialId: rotation.robot.credentialId,
  ...(rotation.kept && keptFields(rotation.kept, rotation.secret.createdAt)),
  ...recordOf(rotation),
})

const keptFields = ({ id, expiresAt }: Secret, now: Date) => ({
  keptId: id,
  keptUntil: expiresAt,
  keptNotice: nextNotice(expiresAt, now),
})
