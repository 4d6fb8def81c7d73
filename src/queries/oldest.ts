import type { DbOrTx } from '../db/types.ts'
import { Prisma } from '../generated/prisma/client.ts'

/** Where there are rows that grow old, by an index. */
interface Ageing {
  table: 'audit_entries' | 'sessions' | 'used_identity_tokens' | 'webhook_deliveries'
  key: 'id' | 'digest'
  time: 'created_at' | 'expires_at' | 'last_accessed_at'
}

/** What a step deletes: the oldest rows since `from`, which are older than `before`. */
export interface Step {
  from: Date
  before: Date
  limit: number
}

export interface Deleted {
  count: number
  /** The time of the last row; null where there was none. */
  reached: Date | null
}

/**
 * Deletes some of the oldest rows, except those that another server is deleting just now. Indexes have what was deleted until
 * the table is vacuumed: who begins where the step before ended does not walk over all of that again. Nor does the planner,
 * which looks for the oldest row that is left where it sees times, and for the first key where it sees a join.
 */
export async function deleteOldest(
  db: DbOrTx,
  { table, key, time }: Ageing,
  { from, before, limit }: Step,
): Promise<Deleted> {
  const [rows, id, at] = [Prisma.raw(table), Prisma.raw(key), Prisma.raw(time)]
  const [deleted] = await db.$queryRaw<[Deleted]>(Prisma.sql`
    WITH deleted AS (
      DELETE FROM ${rows} WHERE ${id} = ANY (ARRAY(
        SELECT ${id} FROM ${rows}
        WHERE ${at} >= (SELECT ${from}::timestamptz) AND ${at} < (SELECT ${before}::timestamptz)
        ORDER BY ${at} LIMIT (SELECT ${limit}::bigint) FOR UPDATE SKIP LOCKED))
      RETURNING ${at} AS at)
    SELECT count(*)::int AS count, max(at) AS reached FROM deleted`)
  return deleted
}
