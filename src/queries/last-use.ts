import { rows, statement } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'

/** When a credential was last used, as it was read and as it is now. */
export interface Use {
  from: Date | null
  to: Date
}

/** How and from where a robot's credentials were used. */
export interface RobotUse {
  by: 'static' | 'federated' | 'api_token'
  ip: string | null
  agent: string | null
  /** Of the identity token that was exchanged, or was the password. */
  subject: string | null
}

/** Notes a use, unless another request has noted one meanwhile: those of a busy credential would all wait in line. */
const touch = <Values extends object = object>(
  table:
    | 'robots'
    | 'robot_secrets'
    | 'robot_api_tokens'
    | 'oauth_tokens'
    | 'app_tokens'
    | 'sessions',
  others = '',
) =>
  statement<never, Values & Use & { id: string }>(
    `touch_${table}`,
    `UPDATE ${table} SET last_accessed_at = $to${others}
     WHERE id = $id::uuid AND last_accessed_at IS NOT DISTINCT FROM $from`,
  )

export const TOUCH_ROBOT = touch<RobotUse>(
  'robots',
  ', last_accessed_by = $by, last_accessed_ip = $ip, last_accessed_agent = $agent, last_accessed_subject = $subject',
)
export const TOUCH_SECRET = touch('robot_secrets')
export const TOUCH_TOKEN = touch('oauth_tokens')
const TOUCH_ROBOT_API_TOKEN = touch('robot_api_tokens')
const TOUCH_APP_TOKEN = touch('app_tokens')
const TOUCH_SESSION = touch('sessions')

export const touchRobot = (db: DbOrTx, id: string, use: Use & RobotUse) =>
  rows(db, TOUCH_ROBOT, { id, ...use })

export const touchSecret = (db: DbOrTx, id: string, use: Use) =>
  rows(db, TOUCH_SECRET, { id, ...use })

export const touchRobotApiToken = (db: DbOrTx, id: string, use: Use) =>
  rows(db, TOUCH_ROBOT_API_TOKEN, { id, ...use })

export const touchToken = (db: DbOrTx, id: string, use: Use) =>
  rows(db, TOUCH_TOKEN, { id, ...use })

export const touchAppToken = (db: DbOrTx, id: string, use: Use) =>
  rows(db, TOUCH_APP_TOKEN, { id, ...use })

export const touchSession = (db: DbOrTx, id: string, use: Use) =>
  rows(db, TOUCH_SESSION, { id, ...use })
