import { rows, statement } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import type { Robot } from '../generated/prisma/client.ts'
import { columnsOf } from './columns.ts'

const CHECKED = [
  'id',
  'name',
  'credentialId',
  'tokenKeyId',
  'tokenDigest',
  'lastAccessedAt',
] as const

/** What is known of a robot to check its log-ins. */
export interface RobotLogin extends Pick<Robot, (typeof CHECKED)[number]> {
  ownerId: string
  ownerName: string
  ownerEnabled: boolean
}

const selectLogin = (condition: string) => `
  SELECT ${columnsOf(CHECKED, 'r')},
         n.id AS "ownerId", n.name AS "ownerName", n.enabled AS "ownerEnabled"
  FROM robots r JOIN namespaces n ON n.id = r.namespace_id
  WHERE ${condition}`

export const FIND_ROBOT_LOGIN = statement<RobotLogin, { owner: string; name: string }>(
  'find_robot_login',
  selectLogin('n.name = $owner AND r.name = $name'),
)

export async function findRobotLogin(
  db: DbOrTx,
  owner: string,
  name: string,
): Promise<RobotLogin | undefined> {
  const [found] = await rows(db, FIND_ROBOT_LOGIN, { owner, name })
  return found
}

export const FIND_ROBOT_LOGIN_BY_ID = statement<RobotLogin, { id: string }>(
  'find_robot_login_by_id',
  selectLogin('r.id = $id::uuid'),
)

export async function findRobotLoginById(db: DbOrTx, id: string): Promise<RobotLogin | undefined> {
  const [found] = await rows(db, FIND_ROBOT_LOGIN_BY_ID, { id })
  return found
}
