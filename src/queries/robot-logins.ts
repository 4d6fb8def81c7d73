import { rows, statement } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import type { PolicyHolder } from '../domain/robot-policy.ts'
import type { Robot, RobotSecret } from '../generated/prisma/client.ts'
import { columnsOf } from './columns.ts'

const CHECKED = [
  'id',
  'name',
  'credentialId',
  'lastAccessedAt',
  'enabled',
  'disabledReason',
  'expiresAt',
] as const

const SECRET = ['id', 'sealKeyId', 'digest', 'expiresAt', 'lastAccessedAt'] as const

/** What is known of a secret to check it. */
export type LoginSecret = Pick<RobotSecret, (typeof SECRET)[number]>

/** What decides whether a robot may act, whatever its credentials. */
export interface CheckedRobot extends Pick<Robot, (typeof CHECKED)[number]>, PolicyHolder {
  ownerId: string
  ownerName: string
  ownerEnabled: boolean
}

/** What is known of a robot to check its log-ins. */
export interface RobotLogin extends CheckedRobot {
  /** One or two. */
  secrets: LoginSecret[]
}

/** A robot with one of its secrets. */
type LoginRow = CheckedRobot & {
  [Field in keyof LoginSecret as `secret_${Field}`]: LoginSecret[Field]
}

const secretColumns = SECRET.map((field) => columnsOf([field], 's').replace('"', '"secret_')).join(
  ', ',
)

/** From `robots r` and its owner, `namespaces n`. */
export const CHECKED_COLUMNS = `${columnsOf(CHECKED, 'r')},
         n.id AS "ownerId", n.name AS "ownerName", n.enabled AS "ownerEnabled",
         n.robot_policy AS "robotPolicy"`

const selectLogin = (condition: string) => `
  SELECT ${CHECKED_COLUMNS}, ${secretColumns}
  FROM robots r JOIN namespaces n ON n.id = r.namespace_id JOIN robot_secrets s ON s.robot_id = r.id
  WHERE ${condition}`

export const FIND_ROBOT_LOGIN = statement<LoginRow, { owner: string; name: string }>(
  'find_robot_login',
  selectLogin('n.name = $owner AND r.name = $name'),
)

/** @returns undefined where there is no such robot */
export const findRobotLogin = async (
  db: DbOrTx,
  owner: string,
  name: string,
): Promise<RobotLogin | undefined> => loginOf(await rows(db, FIND_ROBOT_LOGIN, { owner, name }))

export const FIND_ROBOT_LOGIN_BY_ID = statement<LoginRow, { id: string }>(
  'find_robot_login_by_id',
  selectLogin('r.id = $id::uuid'),
)

export const findRobotLoginById = async (db: DbOrTx, id: string): Promise<RobotLogin | undefined> =>
  loginOf(await rows(db, FIND_ROBOT_LOGIN_BY_ID, { id }))

/** The robot that all rows are of. */
function loginOf(found: LoginRow[]): RobotLogin | undefined {
  const [row] = found
  return row && Object.assign(row, { secrets: found.map(secretOf) })
}

const secretOf = (row: LoginRow): LoginSecret => ({
  id: row.secret_id,
  sealKeyId: row.secret_sealKeyId,
  digest: row.secret_digest,
  expiresAt: row.secret_expiresAt,
  lastAccessedAt: row.secret_lastAccessedAt,
})
