import { retryAborted } from '../db/client.ts'
import { rows } from '../db/statements.ts'
import type { Db, DbOrTx, Statement } from '../db/types.ts'
import { isName } from '../domain/names.ts'
import { type AuditEntryRow, entryValues, withEntry } from './audit-entries.ts'

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

const FIND_ROBOT: Statement<RobotDetailsRow> = {
  name: 'find_robot',
  text: `
    SELECT ${FIELDS}, unstructured_metadata AS "unstructuredMetadata"
    FROM robots WHERE namespace_id = $1::uuid AND name = $2`,
}

export async function findRobot(db: DbOrTx, namespaceId: string, name: string) {
  if (!isName(name)) return undefined
  const [found] = await rows(db, FIND_ROBOT, [namespaceId, name])
  return found
}

const FIND_ROBOT_ID: Statement<{ id: string }> = {
  name: 'find_robot_id',
  text: 'SELECT id FROM robots WHERE namespace_id = $1::uuid AND name = $2',
}

/** A robot's id alone, for operations on rows that belong to it. */
export async function findRobotId(db: DbOrTx, namespaceId: string, name: string) {
  if (!isName(name)) return undefined
  const [found] = await rows(db, FIND_ROBOT_ID, [namespaceId, name])
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

const INSERT_ROBOT: Statement<{ id: string }> = {
  name: 'insert_robot',
  text: withEntry(
    `INSERT INTO robots (id, namespace_id, name, description, unstructured_metadata, created_at,
                         credential_id, token_key_id, token_sealed, token_digest)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id`,
    11,
  ),
}

/** Inserts a robot together with the entry in the audit log. */
export function insertRobot(db: Db, robot: NewRobot, entry: AuditEntryRow) {
  const { unstructuredMetadata: metadata } = robot
  return retryAborted(() =>
    rows(db, INSERT_ROBOT, [
      ...[robot.id, robot.namespaceId, robot.name, robot.description],
      ...[metadata && JSON.stringify(metadata), robot.createdAt, ...credentialValues(robot)],
      ...entryValues(entry),
    ]),
  )
}

const credentialValues = (credential: RobotCredential) => [
  ...[credential.credentialId, credential.tokenKeyId],
  ...[credential.tokenSealed, credential.tokenDigest],
]

const DELETE_ROBOT: Statement<{ id: string }> = {
  name: 'delete_robot',
  text: withEntry('DELETE FROM robots WHERE namespace_id = $1::uuid AND name = $2 RETURNING id', 3),
}

/** Deletes a robot, with all that belongs to it, together with the entry. @returns whether there was such a robot */
export async function deleteRobot(
  db: Db,
  namespaceId: string,
  name: string,
  entry: AuditEntryRow,
): Promise<boolean> {
  if (!isName(name)) return false
  const values = [namespaceId, name, ...entryValues(entry)]
  return (await retryAborted(() => rows(db, DELETE_ROBOT, values))).length > 0
}

const UPDATE_CREDENTIAL: Statement<RobotRow> = {
  name: 'update_robot_credential',
  text: withEntry(
    `UPDATE robots SET credential_id = $2, token_key_id = $3, token_sealed = $4, token_digest = $5
     WHERE id = $1 RETURNING ${FIELDS}`,
    6,
  ),
}

/** Changes a robot's credential together with the entry. @returns undefined where the robot is gone */
export async function updateRobotCredential(
  db: Db,
  id: string,
  credential: RobotCredential,
  entry: AuditEntryRow,
): Promise<RobotRow | undefined> {
  const values = [id, ...credentialValues(credential), ...entryValues(entry)]
  const [updated] = await retryAborted(() => rows(db, UPDATE_CREDENTIAL, values))
  return updated
}
