import { rows, statement } from './statements.ts'
import type { DbOrTx } from './types.ts'

const NOTHING = statement('ping', 'SELECT 1')

const READ_ONLY = statement<{ readOnly: string }>(
  'is_read_only',
  `SELECT current_setting('transaction_read_only') AS "readOnly"`,
)

/** Asks the database for nothing but an answer. */
export const ping = (db: DbOrTx) => rows(db, NOTHING, {})

/** @throws {Error} where the database answers, but is read-only: a standby, or a server that is set so */
export async function assertWritable(db: DbOrTx): Promise<void> {
  const [row] = await rows(db, READ_ONLY, {})
  if (row?.readOnly !== 'off') throw new Error('the database is read-only')
}
