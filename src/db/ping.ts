import { Prisma } from '../generated/prisma/client.ts'
import type { DbOrTx } from './client.ts'

/** Asks the database for nothing, to see whether it answers. */
export const ping = (db: DbOrTx) => db.$queryRaw(Prisma.sql`SELECT 1`)

/** @throws Error where the database answers, but takes no changes: a standby, or a server set so */
export async function assertWritable(db: DbOrTx): Promise<void> {
  const [row] = await db.$queryRaw<{ readOnly: string }[]>(
    Prisma.sql`SELECT current_setting('transaction_read_only') AS "readOnly"`,
  )
  if (row?.readOnly !== 'off') throw new Error('the database is read-only')
}
