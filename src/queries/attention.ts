import { rows, unnamed } from '../db/statements.ts'
import type { Db, DbOrTx } from '../db/types.ts'
import { ROBOT_MATTERS, type RobotMatter } from '../domain/attention.ts'
import type { PolicyBounds } from '../domain/policy-bounds.ts'
import type { RobotSearch, RobotState } from '../domain/robot-search.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { type LogFilter, type LogScope, logConditions } from './logs.ts'
import { robotsLedTo } from './robot-leads.ts'
import { STATES } from './robot-states.ts'
import { robotsAgainstPolicy } from './robots-in-state.ts'

/** What the states of robots depend on. */
type Measure = Pick<RobotSearch, 'now' | 'expiringUntil' | 'unusedSince'> & PolicyBounds

/** How many robots an owner has too many; the policy says nothing of how many all owners have. */
const beyond = ({ robotsMax }: Measure, place: string) =>
  place !== '' && Number.isFinite(robotsMax)
    ? `(SELECT count(*)::int FROM (
        SELECT FROM robots r WHERE ${place} true OFFSET $robotsMax::bigint LIMIT $most::bigint) counted)`
    : '0'

/** Robots in a state; takes a `Measure`. */
function robotsIn(state: RobotState, isOfOwner: boolean) {
  if (state === 'secret_against_policy') {
    return `SELECT FROM (${robotsAgainstPolicy(isOfOwner, '$most::bigint')}) r`
  }
  if (state === 'issuer_against_policy') {
    // Of all owners, issuers that entries name by a record are judged robot by robot.
    return `SELECT FROM (${robotsLedTo({ kind: 'unlisted' }, isOfOwner)}) k JOIN robots r ON r.id = k.id
      WHERE ${isOfOwner ? '$issuersListed::boolean' : STATES[state]}`
  }
  return `SELECT FROM robots r WHERE ${isOfOwner ? 'r.namespace_id = $namespaceId::uuid AND' : ''} ${STATES[state]}`
}

/** How many robots of a namespace, or of all, are so; counts each no further than `most`. */
export async function countRobotMatters(
  db: Db,
  namespaceId: string | undefined,
  measure: Measure,
  most: number,
): Promise<Record<RobotMatter, number>> {
  const isOfOwner = namespaceId !== undefined
  const counts = Object.entries(ROBOT_MATTERS).map(([matter, search]) => {
    const count =
      'state' in search
        ? `(SELECT count(*)::int FROM (${robotsIn(search.state, isOfOwner)} LIMIT $most::bigint) counted)`
        : beyond(measure, isOfOwner ? 'r.namespace_id = $namespaceId::uuid AND' : '')
    return `${count} AS ${matter}`
  })
  const [counted] = await rows(
    db,
    unnamed<Record<RobotMatter, number>, object>(`SELECT ${counts.join(', ')}`),
    { namespaceId, most, ...measure },
  )
  if (!counted) throw new Error('no counts')
  return counted
}

/** Who or what fails; entries of robots have the name of their owner beside. */
const NAMES = {
  robot: Prisma.sql`a.namespace_name || '+' || robot_of_entry(a.metadata)`,
  issuer: Prisma.sql`a.metadata->>'issuer'`,
}

export interface Failures {
  count: number
  /** Those that fail most. */
  named: { name: string; count: number }[]
}

/** How many entries of the log there are, and for whom most; counts no further than `most`, the newest ones. */
export async function countFailures(
  db: DbOrTx,
  scope: LogScope,
  filter: LogFilter,
  { by, most, named }: { by: keyof typeof NAMES; most: number; named: number },
): Promise<Failures> {
  const [counted] = await db.$queryRaw<Failures[]>(Prisma.sql`
    WITH failures AS (
      SELECT ${NAMES[by]} AS name FROM audit_entries a WHERE ${logConditions(scope, filter)}
      ORDER BY a.id DESC LIMIT ${most})
    SELECT (SELECT count(*)::int FROM failures) AS count,
           (SELECT COALESCE(json_agg(most), '[]') FROM (
              SELECT name, count(*)::int AS count FROM failures WHERE name IS NOT NULL
              GROUP BY name ORDER BY count(*) DESC, name LIMIT ${named}) most) AS named`)
  if (!counted) throw new Error('no counts')
  return counted
}
