import { rows, statement } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import type { RobotDetails } from '../domain/robot-details.ts'
import { columnsOf } from './columns.ts'

const DETAILS = [
  'enabled',
  'disabledReason',
  'expiresAt',
  'labels',
  'createdBy',
  'lastAccessedAt',
  'lastAccessedBy',
  'lastAccessedIp',
  'lastAccessedAgent',
  'lastAccessedSubject',
] as const

const grants = (role: string) =>
  `(SELECT count(*)::int FROM repository_permissions g
    WHERE g.robot_id = r.id AND g.namespace_id = r.namespace_id AND g.role = '${role}') AS "${role}Grants"`

/** The columns of `RobotDetails` from `robots r`. */
export const ROBOT_DETAILS = `
  ${columnsOf(DETAILS, 'r')},
  (SELECT count(*)::int FROM federation_entry_rows e WHERE e.robot_id = r.id) AS "federationEntries",
  ${['read', 'write', 'admin'].map(grants).join(', ')}`

const FIND_ROBOT_DETAILS = statement<RobotDetails, { id: string }>(
  'find_robot_details',
  `SELECT ${ROBOT_DETAILS} FROM robots r WHERE r.id = $id::uuid`,
)

export async function findRobotDetails(db: DbOrTx, id: string): Promise<RobotDetails | undefined> {
  const [found] = await rows(db, FIND_ROBOT_DETAILS, { id })
  return found
}
