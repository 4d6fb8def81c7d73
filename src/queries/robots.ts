import { lookUp, rows, statement } from '../db/statements.ts'
import type { DbOrTx, Tx } from '../db/types.ts'
import { isName } from '../domain/names.ts'
import type { ChangeableRobot } from '../domain/robot-change.ts'
import type { Metadata } from '../domain/robot-metadata.ts'
import { Prisma, type Robot, type RobotSecret } from '../generated/prisma/client.ts'
import { type AuditEntryRow, type EntryValues, entryValues, withEntry } from './audit-entries.ts'
import { columnOf, columnsOf } from './columns.ts'
import { insertMarksFrom } from './robot-marks.ts'
import { insertSecretsFrom, NEWEST_SECRET } from './robot-secrets.ts'
import { recordOf, type SecretChange, secretsWithEntries } from './secret-batches.ts'

/** What is shown of a robot, alone and in lists. */
const SHOWN = ['id', 'name', 'description', 'createdAt', 'lastAccessedAt'] as const

/** What is shown of its newest secret, as its token. */
const TOKEN = ['sealKeyId', 'sealed'] as const

/** What callers may change besides, and the version that this makes. */
const CHANGEABLE = ['version', 'enabled', 'disabledReason', 'expiresAt', 'labels'] as const

const NEW = {
  id: 'uuid',
  namespaceId: 'uuid',
  name: 'text',
  description: 'text',
  unstructuredMetadata: 'json',
  labels: 'text[]',
  expiresAt: 'timestamptz',
  createdAt: 'timestamptz',
  createdBy: 'text',
} as const

export type ShownRobot = Pick<Robot, (typeof SHOWN)[number]>
export interface RobotRow extends ShownRobot, Pick<RobotSecret, (typeof TOKEN)[number]> {
  /** False where that is a placeholder (`domain/robot-secret.ts`). */
  hasSecret: boolean
}

interface ChangeableRow extends RobotRow, Pick<Robot, (typeof CHANGEABLE)[number]> {
  unstructuredMetadata: Metadata | null
}

type NewRobot = Pick<Robot, Exclude<keyof typeof NEW, 'unstructuredMetadata'>> & {
  unstructuredMetadata: object | null
}

/** The columns of a `ShownRobot` from `robots r`. */
export const SHOWN_COLUMNS = columnsOf(SHOWN, 'r')
/** Those of a `RobotRow`. */
export const ROBOT_COLUMNS = `${SHOWN_COLUMNS}, ${columnsOf(TOKEN, 's')},
  (s.expires_at <= s.created_at) IS NOT TRUE AS "hasSecret"`
/** Where those are. */
export const ROBOTS = 'robots r JOIN robot_secrets s ON s.id = r.credential_id'

interface RobotKey {
  namespaceId: string
  name: string
}

export const FIND_ROBOT = lookUp<ChangeableRow, RobotKey>(
  'find_robot',
  `SELECT ${ROBOT_COLUMNS}, ${columnsOf([...CHANGEABLE, 'unstructuredMetadata'], 'r')}
   FROM ${ROBOTS} WHERE r.namespace_id = $namespaceId::uuid AND r.name = $name`,
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

const SECRET_COLUMNS = NEWEST_SECRET.map(([column]) => column)
const SECRET_VALUES = NEWEST_SECRET.map(([, value]) => value)

export const INSERT_ROBOTS = statement<{ secret_id: string }, { changes: string }>(
  'insert_robots',
  secretsWithEntries(
    NEW,
    `INSERT INTO robots (${[...Object.keys(NEW).map(columnOf), ...SECRET_COLUMNS]})
     SELECT ${[...Object.keys(NEW).map((field) => `"${field}"`), ...SECRET_VALUES]} FROM given
     ON CONFLICT (namespace_id, name) DO NOTHING RETURNING credential_id AS "secret_id"`,
    insertSecretsFrom('changed'),
    insertMarksFrom('changed'),
  ),
)

export interface RobotCreation extends SecretChange {
  robot: NewRobot
}

/**
 * Inserts robots with their first secrets, together with the entries in the audit log.
 *
 * @returns of each whether it was: its name may be in use
 */
export async function insertRobots(db: DbOrTx, creations: RobotCreation[]): Promise<boolean[]> {
  const changes = creations.map((one) => ({ ...one.robot, ...recordOf(one) }))
  const made = await rows(db, INSERT_ROBOTS, { changes: JSON.stringify(changes) })
  return creations.map(({ secret }) => made.some((one) => one.secret_id === secret.id))
}

const DELETE_ROBOT = statement<{ id: string }, RobotKey & EntryValues>(
  'delete_robot',
  withEntry(
    'DELETE FROM robots WHERE namespace_id = $namespaceId::uuid AND name = $name RETURNING id',
  ),
)

/** Deletes a robot, with all that belongs to it, together with the entry. @returns whether there was such a robot */
export async function deleteRobot(
  db: DbOrTx,
  namespaceId: string,
  name: string,
  entry: AuditEntryRow,
): Promise<boolean> {
  if (!isName(name)) return false
  return (await rows(db, DELETE_ROBOT, { namespaceId, name, ...entryValues(entry) })).length > 0
}

/** Changes what callers may change, and when webhooks are told of a new end, which makes another version of the robot. */
export const updateRobot = (
  tx: Tx,
  id: string,
  {
    unstructuredMetadata: metadata,
    ...changes
  }: Partial<ChangeableRobot & Pick<Robot, 'nextNoticeAt'>>,
) =>
  tx.robot.update({
    where: { id },
    data: {
      ...changes,
      ...(metadata !== undefined && { unstructuredMetadata: jsonOrNull(metadata) }),
      version: { increment: 1 },
    },
    select: { version: true },
  })

const jsonOrNull = (metadata: Metadata | null) =>
  metadata === null ? Prisma.DbNull : (metadata as Prisma.InputJsonObject)

/** Length of the longest name of a namespace's robots, 0 without any. */
export async function longestRobotName(db: DbOrTx, namespaceId: string) {
  const rows = await db.$queryRaw<{ longest: number }[]>(Prisma.sql`
    SELECT COALESCE(max(length(name)), 0)::int AS longest
    FROM robots WHERE namespace_id = ${namespaceId}::uuid`)
  return rows[0]?.longest ?? 0
}
