import { rows, statement } from '../db/statements.ts'
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

/** Parameters of a statement that adds a secret, which may have others. */
export type SecretValues = Record<`secret_${keyof NewSecret}`, unknown>

export const secretValues = (secret: NewSecret): SecretValues =>
  Object.fromEntries(
    NEW.map((field) => [`secret_${field}`, secret[field]]),
  ) as unknown as SecretValues

/**
 * The same secret in columns of its robot, for servers of the version before: where it has an end, of which they do not know,
 * without what log-ins are checked against.
 */
const FOR_OLD_SERVERS = {
  token_key_id: '$secret_sealKeyId::text',
  token_sealed: '$secret_sealed::bytea',
  token_digest:
    "CASE WHEN $secret_expiresAt::timestamptz IS NULL THEN $secret_digest::bytea ELSE '' END",
}

/** What a row of `robots` has of its newest secret: columns and values. */
export const NEWEST_SECRET = Object.entries({
  credential_id: '$secret_id::uuid',
  // By this, triggers tell what servers of the version before wrote, whose work they do.
  written_secret_id: '$secret_id::uuid',
  ...FOR_OLD_SERVERS,
})

const COLUMNS = NEW.map(columnOf).join(', ')
const PARAMETERS = NEW.map((field) => `$secret_${field}::${TYPES[field]}`).join(', ')

/**
 * Adds a secret to a robot.
 *
 * @param from a table of one row, which has `id`, `namespaceId` and `name` of the robot
 */
export const insertSecretFrom = (from: string) => `
  INSERT INTO robot_secrets (robot_id, namespace_id, robot_name, ${COLUMNS})
  SELECT robot."id", robot."namespaceId", robot."name", ${PARAMETERS} FROM ${from} robot`

/** Puts a secret in the place of another one, in the same row. @param from a table of one row, or of none: then it stays */
export const putSecret = (id: string, from: string) => `
  UPDATE robot_secrets s SET (last_accessed_at, ${COLUMNS}) = ROW (NULL, ${PARAMETERS})
  FROM ${from} WHERE s.id = ${id}`

export const FIND_SECRETS = statement<
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
