import { rows } from '../db/statements.ts'
import type { DbOrTx, Statement } from '../db/types.ts'

/** When a credential was last used, as it was read and as it is now. */
export interface Use {
  from: Date | null
  to: Date
}

/** Writes a use, unless another request has written one meanwhile: those of a busy credential would all wait in line. */
export function createTouch(table: 'robots' | 'oauth_tokens' | 'app_tokens') {
  const statement: Statement<unknown> = {
    name: `touch_${table}`,
    text: `UPDATE ${table} SET last_accessed_at = $2
           WHERE id = $1::uuid AND last_accessed_at IS NOT DISTINCT FROM $3`,
  }
  return (db: DbOrTx, id: string, { from, to }: Use) => rows(db, statement, [id, to, from])
}
