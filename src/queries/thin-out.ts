import type { Db } from '../db/types.ts'
import { Prisma } from '../generated/prisma/client.ts'

/** How many dependent rows the deletion of a row may delete with it: some tenths of a second. */
const AT_ONCE = 20_000

const BATCH = 5_000

type Dependents =
  | { table: 'repository_permissions'; column: 'repository_id' | 'team_id' }
  | { table: 'team_members'; column: 'team_id' }

/**
 * Deletes dependent rows of a row that is about to be deleted, until as few are left as one statement deletes easily.
 * Each batch commits: a deletion that takes too long goes on where it was when the caller asks for it again.
 */
export async function thinOut(db: Db, { table, column }: Dependents, id: string, atOnce = AT_ONCE) {
  const [rows, key] = [Prisma.raw(table), Prisma.raw(column)]
  let deleted: number
  do {
    deleted = await db.$executeRaw(Prisma.sql`
      DELETE FROM ${rows} WHERE id = ANY(ARRAY(
        SELECT id FROM ${rows} WHERE ${key} = ${id}::uuid OFFSET ${atOnce} LIMIT ${BATCH}))`)
  } while (deleted === BATCH)
}
