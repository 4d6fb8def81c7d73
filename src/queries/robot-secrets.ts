import { lookUp, rows, statement } from '../db/statements.ts'
import type { DbOrTx, Tx } from '../db/types.ts'
import { isName } from '../domain/names.ts'
import type { SecretHolder } from '../domain/robot-secret.ts'
import type { RobotSecret } from '../generated/prisma/client.ts'
import { columnOf, columnsOf } from './columns.ts'

/** What keeps a secret: see `services/robots/robot-secrets.ts`. */
const SEAL = ['sealKeyId', 'sealed', 'digest'] as const

const NEW = ['id', ...SEAL, 'createdAt', 'createdBy', 'expiresAt', 'nextNoticeAt'] as const

const LISTED = [
  ...['id', 'robotId', 'sealKeyId', 'sealed'],
  ...['createdAt', 'createdBy', 'expiresAt', 'lastAccessedAt'],
] as const

export type SecretSeal = Pick<RobotSecret, (typeof SEAL)[number]>
export type NewSecret = Pick<RobotSecret, (typeof NEW)[number]>
export type SecretRow = Pick<RobotSecret, (typeof LISTED)[number]>

const TYPES = {
  id: 'uuid',
  sealKeyId: 'text',
  sealed: 'bytea',
  digest: 'bytea',
  createdAt: 'timestamptz',
  createdBy: 'text',
  expiresAt: 'timestamptz',
  nextNoticeAt: 'timestamptz',
} satisfies Record<keyof NewSecret, string>

/** What a record of a change (`recordsOf`) has of a new secret, as `secretRecord` makes it. */
export const SECRET_TYPES = Object.fromEntries(
  Object.entries(TYPES).map(([field, type]) => [`secret_${field}`, type]),
)

export const secretRecord = (secret: NewSecret) => ({
  secret_id: secret.id,
  secret_sealKeyId: secret.sealKeyId,
  secret_sealed: bytesOf(secret.sealed),
  secret_digest: bytesOf(secret.digest),
  secret_createdAt: secret.createdAt,
  secret_createdBy: secret.createdBy,
  secret_expiresAt: secret.expiresAt,
  secret_nextNoticeAt: secret.nextNoticeAt,
})

/** As a `bytea` is written. */
const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  `\\x${Buffer.from(buffer, byteOffset, byteLength).toString('hex')}`

/** What a row of `robots` has of its newest secret: columns and values, of a table of records. */
export const NEWEST_SECRET = Object.entries({
  credential_id: '"secret_id"',
  // By this, triggers tell what servers of the version before wrote, whose work they do.
  written_secret_id: '"secret_id"',
  // The same secret for these servers: where it has an end, of which they do not know, without what log-ins are checked against.
  token_key_id: '"secret_sealKeyId"',
  token_sealed: '"secret_sealed"',
  token_digest: `CASE WHEN "secret_expiresAt" IS NULL THEN "secret_digest" ELSE '' END`,
})

const COLUMNS = NEW.map(columnOf).join(', ')
const VALUES = NEW.map((field) => `"secret_${field}"`).join(', ')

/** Adds secrets to robots. @param from a table of records that have `id`, `namespaceId` and `name` of their robot besides */
export const insertSecretsFrom = (from: string) => `
  INSERT INTO robot_secrets (robot_id, namespace_id, robot_name, ${COLUMNS})
  SELECT "id", "namespaceId", "name", ${VALUES} FROM ${from}`

/** Puts secrets in the place of others, in the same rows. @param from a table of records that have the `credentialId` of these */
export const putSecretsFrom = (from: string) => `
  UPDATE robot_secrets s SET (last_accessed_at, ${COLUMNS}) = ROW (NULL, ${VALUES})
  FROM ${from} WHERE s.id = "credentialId" AND s.id = ANY (ARRAY(SELECT "credentialId" FROM ${from}))`

export const FIND_SECRETS = lookUp<
  SecretRow & { credentialId: string },
  { namespaceId: string; name: string }
>(
  'find_robot_secrets',
  `SELECT ${columnsOf(LISTED, 's')}, r.credential_id AS "credentialId"
   FROM robots r JOIN robot_secrets s ON s.robot_id = r.id
   WHERE r.namespace_id = $namespaceId::uuid AND r.name = $name
   ORDER BY s.id = r.credential_id DESC, s.id DESC`,
)

/** A robot with its secrets, its newest first; undefined where there is no such robot. */
export async function findSecrets(
  db: DbOrTx,
  namespaceId: string,
  name: string,
): Promise<(SecretHolder<SecretRow> & { id: string }) | undefined> {
  if (!isName(name)) return undefined
  const secrets = await rows(db, FIND_SECRETS, { namespaceId, name })
  const [first] = secrets
  return first && { id: first.robotId, credentialId: first.credentialId, secrets }
}

const LIST_SECRETS_OF = statement<SecretRow & { credentialId: string }, { robotIds: string[] }>(
  'list_secrets_of',
  `SELECT ${columnsOf(LISTED, 's')}, r.credential_id AS "credentialId"
   FROM robots r JOIN robot_secrets s ON s.robot_id = r.id
   WHERE r.id = ANY($robotIds::uuid[]) ORDER BY s.id = r.credential_id DESC, s.id DESC`,
)

/** The secrets of some robots, by id of the robot; as `findSecrets`. */
export async function findSecretsOf(db: DbOrTx, robotIds: string[]) {
  const found = new Map<string, { credentialId: string; secrets: SecretRow[] }>()
  for (const row of await rows(db, LIST_SECRETS_OF, { robotIds })) {
    const { robotId, credentialId } = row
    const secrets = found.get(robotId)?.secrets ?? []
    found.set(robotId, { credentialId, secrets: [...secrets, row] })
  }
  return found
}

export const updateSecretExpiry = (
  tx: Tx,
  id: string,
  expiry: Pick<RobotSecret, 'expiresAt' | 'nextNoticeAt'>,
) => tx.robotSecret.update({ where: { id }, data: expiry })

/** @param newestId of the robot's secrets that remain */
export async function deleteSecret(tx: Tx, { robotId, id }: SecretRow, newestId: string) {
  await tx.robot.update({ where: { id: robotId }, data: { credentialId: newestId } })
  await tx.robotSecret.delete({ where: { id } })
}
