import type { DbOrTx } from '../db/types.ts'
import { dayRanges, type IdRange } from '../domain/log-period.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { type LogFilter, type LogScope, logConditions, placeOf } from './logs.ts'

export interface LogCount {
  kind: string
  /** Why, of refused log-ins and of issuers that gave no keys; null of all else, and where it was not asked for. */
  reason: string | null
  count: number
  /** The beginning of the day, UTC. */
  day: Date
}

export interface CountsWanted {
  /** Most counts. */
  limit: number
  withReasons: boolean
}

/** Kinds whose entries say why. */
const REASONED = ['login_failure', 'issuer_failure']

/** The code of an exchange, else by which way the log-in was tried; of an issuer, what is wrong with it. */
const REASON = Prisma.sql`CASE a.kind
  WHEN 'login_failure' THEN coalesce(a.metadata->>'code', a.metadata->>'type')
  WHEN 'issuer_failure' THEN a.metadata->>'fault' END`
const DAY = Prisma.sql`date_trunc('day', a.created_at, 'UTC')`

/** How many entries of each kind, and of each reason where these are wanted, there were on each day: each is read. */
export const countLogEntries = (
  db: DbOrTx,
  scope: LogScope,
  filter: LogFilter,
  { limit, withReasons }: CountsWanted,
) =>
  db.$queryRaw<LogCount[]>(Prisma.sql`
    SELECT a.kind, ${withReasons ? REASON : Prisma.sql`NULL`} AS reason, count(*)::int AS count, ${DAY} AS day
    FROM audit_entries a WHERE ${logConditions(scope, filter)}
    GROUP BY 1, 2, 4 ORDER BY 4, 1, 2 LIMIT ${limit}`)

/** The kinds that there are, each found by one look into the index. */
async function listKinds(db: DbOrTx, scope: LogScope): Promise<string[]> {
  const next = (after: Prisma.Sql) =>
    Prisma.sql`(SELECT a.kind FROM audit_entries a WHERE ${placeOf(scope)} ${after} ORDER BY a.kind LIMIT 1)`
  const found = await db.$queryRaw<{ kind: string }[]>(Prisma.sql`
    WITH RECURSIVE kinds (kind) AS (
      ${next(Prisma.sql`true`)}
      UNION ALL SELECT ${next(Prisma.sql`a.kind > k.kind`)} FROM kinds k WHERE k.kind IS NOT NULL
    ) SELECT kind FROM kinds WHERE kind IS NOT NULL`)
  return found.map(({ kind }) => kind)
}

const isIn = ({ from, to }: IdRange) => Prisma.sql`a.id >= ${from}::uuid AND a.id < ${to}::uuid`

/**
 * The same for a namespace or the installation, of any performer and robot, by an index of kinds and ids. Entries are read
 * where their reasons are wanted, and near midnight, where the id does not tell the day.
 */
export async function countLogEntriesByIndex(
  db: DbOrTx,
  scope: LogScope,
  filter: LogFilter,
  { limit, withReasons }: CountsWanted,
) {
  const kinds = filter.kind === undefined ? await listKinds(db, scope) : [filter.kind]
  const read = withReasons ? REASONED : []
  const { days, seams } = dayRanges(filter)
  const counted = kinds
    .filter((kind) => !read.includes(kind))
    .flatMap((kind) => days.map((range) => ({ ...range, kind, day: range.day.toISOString() })))
  const conditions = logConditions(scope, filter)
  return db.$queryRaw<LogCount[]>(Prisma.sql`
    SELECT kind, reason, sum(count)::int AS count, day FROM (
      SELECT c.kind, NULL AS reason, c.day, (SELECT count(*) FROM audit_entries a
        WHERE ${placeOf(scope)} a.kind = c.kind AND a.id >= c.least AND a.id < c.beyond) AS count
      FROM unnest(${counted.map(({ kind }) => kind)}::text[], ${counted.map(({ day }) => day)}::timestamptz[],
                  ${counted.map(({ from }) => from)}::uuid[],
                  ${counted.map(({ to }) => to)}::uuid[]) c (kind, day, least, beyond)
      UNION ALL
      SELECT a.kind, NULL, ${DAY}, count(*) FROM audit_entries a
      WHERE ${conditions} AND a.kind <> ALL(${read}) AND (${Prisma.join(seams.map(isIn), ' OR ')}) GROUP BY 1, 3
      UNION ALL
      SELECT a.kind, ${REASON}, ${DAY}, count(*) FROM audit_entries a
      WHERE ${conditions} AND a.kind = ANY(${read}) GROUP BY 1, 2, 3
    ) found GROUP BY 1, 2, 4 HAVING sum(count) > 0 ORDER BY 4, 1, 2 LIMIT ${limit}`)
}

/** When the first and the last entry were made, by their ids; undefined where there is none. */
export async function findLogEnds(db: DbOrTx, scope: LogScope) {
  const end = (order: Prisma.Sql) => Prisma.sql`
    (SELECT a.created_at FROM audit_entries a WHERE ${placeOf(scope)} true ORDER BY a.id ${order} LIMIT 1)`
  const [ends] = await db.$queryRaw<{ first: Date | null; last: Date | null }[]>(
    Prisma.sql`SELECT ${end(Prisma.sql`ASC`)} AS first, ${end(Prisma.sql`DESC`)} AS last`,
  )
  return ends?.first && ends.last ? { first: ends.first, last: ends.last } : undefined
}
