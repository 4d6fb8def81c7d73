import type { Db } from '../db/types.ts'
import { Prisma } from '../generated/prisma/client.ts'

/** Rows that go with what they hang off in one statement: some tenths of a second. */
const AT_ONCE = 20_000

const BATCH = 5_000

type Dependents =
  | { table: 'repository_permissions'; column: 'repository_id' | 'team_id' }
  | { table: 'team_members'; column: 'team_id' }

/**
 * Deletes what hangs off something that is about to be deleted, but for as much as a statement deletes easily. Each
 * batch commits, so that a deletion that took too long goes on where it was when it is asked for again.
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
