import { rows, statement } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'

/** When a credential was last used, as it was read and as it is now. */
export interface Use {
  from: Date | null
  to: Date
}

/** Notes a use, unless another request has noted one meanwhile: those of a busy credential would all wait in line. */
const touch = (table: 'robots' | 'oauth_tokens' | 'app_tokens') =>
  statement<never, Use & { id: string }>(
    `touch_${table}`,
    `UPDATE ${table} SET last_accessed_at = $to
     WHERE id = $id::uuid AND last_accessed_at IS NOT DISTINCT FROM $from`,
  )

export const TOUCH_ROBOT = touch('robots')
export const TOUCH_TOKEN = touch('oauth_tokens')
const TOUCH_APP_TOKEN = touch('app_tokens')

export const touchRobot = (db: DbOrTx, id: string, use: Use) =>
  rows(db, TOUCH_ROBOT, { id, ...use })

export const touchToken = (db: DbOrTx, id: string, use: Use) =>
  rows(db, TOUCH_TOKEN, { id, ...use })

export const touchAppToken = (db: DbOrTx, id: string, use: Use) =>
  rows(db, TOUCH_APP_TOKEN, { id, ...use })
