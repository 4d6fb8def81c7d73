import { retryAborted } from '../db/client.ts'
import { rows, statement } from '../db/statements.ts'
import type { Db, DbOrTx } from '../db/types.ts'
import { isName } from '../domain/names.ts'
import type { Robot } from '../generated/prisma/client.ts'
import { type AuditEntryRow, type EntryValues, entryValues, withEntry } from './audit-entries.ts'
import { assignmentsOf, columnsOf, insertInto } from './columns.ts'

/** What is shown of a robot, alone and in lists, its sealed token included. */
const SHOWN = [
  'id',
  'name',
  'description',
  'tokenKeyId',
  'tokenSealed',
  'createdAt',
  'lastAccessedAt',
] as const

/** What keeps a token: see `services/robots/robot-secrets.ts`. */
const SEAL = ['tokenKeyId', 'tokenSealed', 'tokenDigest'] as const

/** What changes with a new token. */
const CREDENTIAL = ['credentialId', ...SEAL] as const

const NEW = ['id', 'namespaceId', 'name', 'description', 'createdAt', ...CREDENTIAL] as const

export type RobotRow = Pick<Robot, (typeof SHOWN)[number]>
export type RobotSeal = Pick<Robot, (typeof SEAL)[number]>
export type RobotCredential = Pick<Robot, (typeof CREDENTIAL)[number]>

interface RobotDetailsRow extends RobotRow {
  unstructuredMetadata: object | null
}

interface NewRobot extends Pick<Robot, (typeof NEW)[number]> {
  unstructuredMetadata: object | null
}

/** The columns of a `RobotRow` from `robots r`. */
export const ROBOT_COLUMNS = columnsOf(SHOWN, 'r')

interface RobotKey {
  namespaceId: string
  name: string
}

export const FIND_ROBOT = statement<RobotDetailsRow, RobotKey>(
  'find_robot',
  `SELECT ${ROBOT_COLUMNS}, r.unstructured_metadata AS "unstructuredMetadata"
   FROM robots r WHERE r.namespace_id = $namespaceId::uuid AND r.name = $name`,
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

export const INSERT_ROBOT = statement<
  { id: string },
  Omit<NewRobot, 'unstructuredMetadata'> & { unstructuredMetadata: string | null } & EntryValues
>(
  'insert_robot',
  withEntry(`${insertInto('robots', [...NEW, 'unstructuredMetadata'])} RETURNING id`),
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
    `UPDATE robots r SET ${assignmentsOf(CREDENTIAL)} WHERE id = $id RETURNING ${ROBOT_COLUMNS}`,
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
