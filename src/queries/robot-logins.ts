import { rows } from '../db/statements.ts'
import type { DbOrTx, Statement } from '../db/types.ts'
import { createTouch } from './last-use.ts'

/** What is known of a robot to check its log-ins. */
export interface RobotLogin {
  id: string
  name: string
  credentialId: string
  tokenKeyId: string
  tokenDigest: Uint8Array<ArrayBuffer>
  lastAccessedAt: Date | null
  ownerId: string
  ownerName: string
  ownerEnabled: boolean
}

const selectLogin = (condition: string) => `
    SELECT r.id, r.name, r.credential_id AS "credentialId", r.token_key_id AS "tokenKeyId",
           r.token_digest AS "tokenDigest", r.last_accessed_at AS "lastAccessedAt",
           n.id AS "ownerId", n.name AS "ownerName", n.enabled AS "ownerEnabled"
    FROM robots r JOIN namespaces n ON n.id = r.namespace_id
    WHERE ${condition}`

const FIND_ROBOT_LOGIN: Statement<RobotLogin> = {
  name: 'find_robot_login',
  text: selectLogin('n.name = $1 AND r.name = $2'),
}

export async function findRobotLogin(
  db: DbOrTx,
  ownerName: string,
  name: string,
): Promise<RobotLogin | undefined> {
  const [found] = await rows(db, FIND_ROBOT_LOGIN, [ownerName, name])
  return found
}

const FIND_ROBOT_LOGIN_BY_ID: Statement<RobotLogin> = {
  name: 'find_robot_login_by_id',
  text: selectLogin('r.id = $1::uuid'),
}

export async function findRobotLoginById(db: DbOrTx, id: string): Promise<RobotLogin | undefined> {
  const [found] = await rows(db, FIND_ROBOT_LOGIN_BY_ID, [id])
  return found
}

export const touchRobot = createTouch('robots')
