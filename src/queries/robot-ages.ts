import type { Db } from '../db/types.ts'
import { Prisma } from '../generated/prisma/client.ts'

interface Counting {
  namespaceId: string
  /** Ends of ages, the youngest first. */
  ends: Date[]
  /** Nothing is counted further. */
  most: number
}

/**
 * How many robots of a namespace were used last on the days of each age, of what is older, and never: each by its part of an
 * index.
 */
export async function countRobotsByLastUse(db: Db, { namespaceId, ends, most }: Counting) {
  const days = ends.map((end) => end.toISOString().slice(0, 10))
  const first = [...days, '0001-01-01', '-infinity']
  const beyond = ['infinity', ...days, '0001-01-01']
  const found = await db.$queryRaw<{ count: number }[]>(Prisma.sql`
    SELECT (SELECT count(*)::int FROM (
      SELECT FROM robots r WHERE r.namespace_id = ${namespaceId}::uuid
      AND r.last_used_on >= age.first AND r.last_used_on < age.beyond LIMIT ${most}) counted) AS count
    FROM unnest(${first}::text[]::date[], ${beyond}::text[]::date[]) WITH ORDINALITY age (first, beyond, position)
    ORDER BY age.position`)
  return found.map(({ count }) => count)
}

/**
 * How many secrets of a namespace that are good are of each age, and older; and how many were looked at for that, by the indexes
 * of those without an end and with one, which have their times.
 */
export async function countSecretsByAge(
  db: Db,
  { namespaceId, ends, most, now }: Counting & { now: Date },
) {
  const found = await db.$queryRaw<
    { newerThan: number; count: number; looked: number }[]
  >(Prisma.sql`
    WITH looked AS (
      SELECT s.created_at, true AS is_good FROM robot_secrets s
      WHERE s.namespace_id = ${namespaceId}::uuid AND s.expires_at IS NULL
      UNION ALL
      SELECT s.created_at, s.expires_at > ${now} FROM robot_secrets s
      WHERE s.namespace_id = ${namespaceId}::uuid AND s.expires_at IS NOT NULL LIMIT ${most})
    SELECT width_bucket(created_at, ${ends.toReversed()}::timestamptz[]) AS "newerThan",
           (count(*) FILTER (WHERE is_good))::int AS count, (SELECT count(*)::int FROM looked) AS looked
    FROM looked GROUP BY 1`)
  const counts = new Map(found.map(({ newerThan, count }) => [newerThan, count]))
  return {
    looked: found[0]?.looked ?? 0,
    counts: [...ends, undefined].map((_, age) => counts.get(ends.length - age) ?? 0),
  }
}
