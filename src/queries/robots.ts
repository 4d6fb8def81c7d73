import { retryAborted } from '../db/client.ts'
import { rows, statement } from '../db/statements.ts'
import type { Db, DbOrTx } from '../db/types.ts'
import { isName } from '../domain/names.ts'
import { type AuditEntryRow, type EntryValues, entryValues, withEntry } from './audit-entries.ts'

/** A robot as stored. Its token is sealed: see `services/robots/robot-secrets.ts`. */
export interface RobotRow {
  id: string
  name: string
  description: string
  tokenKeyId: string
  tokenSealed: Uint8Array<ArrayBuffer>
  createdAt: Date
  lastAccessedAt: Date | null
}

interface RobotDetailsRow extends RobotRow {
  unstructuredMetadata: object | null
}

const FIELDS = `id, name, description, token_key_id AS "tokenKeyId", token_sealed AS "tokenSealed",
  created_at AS "createdAt", last_accessed_at AS "lastAccessedAt"`

interface RobotKey {
  namespaceId: string
  name: string
}

export const FIND_ROBOT = statement<RobotDetailsRow, RobotKey>(
  'find_robot',
  `
    SELECT ${FIELDS}, unstructured_metadata AS "unstructuredMetadata"
    FROM robots WHERE namespace_id = $namespaceId::uuid AND name = $name`,
)

export async function findRobot(db: DbOrTx, namespaceId: string, name: string) {
  if (!isName(name)) return undefined
  const [found] = await rows(db, FIND_ROBOT, { namespaceId, name })
  return found
}

export const FIND_ROBOT_ID = statement<{ id: string }, RobotKey>(
  'find_robot_id',
  'SELECT id FROM robots WHERE namespace_id = $namespaceId::uuid AND name = $name',
)

/** A robot's id alone, for operations on rows that belong to it. */
export async function findRobotId(db: DbOrTx, namespaceId: string, name: string) {
  if (!isName(name)) return undefined
  const [found] = await rows(db, FIND_ROBOT_ID, { namespaceId, name })
  return found?.id
}

export interface RobotCredential {
  credentialId: string
  tokenKeyId: string
  tokenSealed: Uint8Array<ArrayBuffer>
  tokenDigest: Uint8Array<ArrayBuffer>
}

interface NewRobot extends RobotCredential {
  id: string
  namespaceId: string
  name: string
  description: string
  unstructuredMetadata: object | null
  createdAt: Date
}

export const INSERT_ROBOT = statement<
  { id: string },
  Omit<NewRobot, 'unstructuredMetadata'> & { unstructuredMetadata: string | null } & EntryValues
>(
  'insert_robot',
  withEntry(
    `INSERT INTO robots (id, namespace_id, name, description, unstructured_metadata, created_at,
                         credential_id, token_key_id, token_sealed, token_digest)
     VALUES ($id, $namespaceId, $name, $description, $unstructuredMetadata, $createdAt,
             $credentialId, $tokenKeyId, $tokenSealed, $tokenDigest) RETURNING id`,
  ),
)

/** Inserts a robot together with the entry in the audit log. */
export function insertRobot(db: Db, robot: NewRobot, entry: AuditEntryRow) {
  const unstructuredMetadata =
    robot.unstructuredMetadata && JSON.stringify(robot.unstructuredMetadata)
  const values = { ...robot, unstructuredMetadata, ...entryValues(entry) }
  return retryAborted(() => rows(db, INSERT_ROBOT, values))
}

const DELETE_ROBOT = statement<{ id: string }, RobotKey & EntryValues>(
  'delete_robot',
  withEntry(
    'DELETE FROM robots WHERE namespace_id = $namespaceId::uuid AND name = $name RETURNING id',
  ),
)

/** Deletes a robot, with all that belongs to it, together with the entry. @returns whether there was such a robot */
export async function deleteRobot(
  db: Db,
  namespaceId: string,
  name: string,
  entry: AuditEntryRow,
): Promise<boolean> {
  if (!isName(name)) return false
  const values = { namespaceId, name, ...entryValues(entry) }
  return (await retryAborted(() => rows(db, DELETE_ROBOT, values))).length > 0
}

export const UPDATE_CREDENTIAL = statement<
  RobotRow,
  RobotCredential & { id: string } & EntryValues
>(
  'update_robot_credential',
  withEntry(
    `UPDATE robots SET credential_id = $credentialId, token_key_id = $tokenKeyId,
                       token_sealed = $tokenSealed, token_digest = $tokenDigest
     WHERE id = $id RETURNING ${FIELDS}`,
  ),
)

/** Changes a robot's credential together with the entry. @returns undefined where the robot is gone */
export async function updateRobotCredential(
  db: Db,
  id: string,
  credential: RobotCredential,
  entry: AuditEntryRow,
): Promise<RobotRow | undefined> {
  const values = { id, ...credential, ...entryValues(entry) }
  const [updated] = await retryAborted(() => rows(db, UPDATE_CREDENTIAL, values))
  return updated
}
