import { rows } from '../db/statements.ts'
import type { DbOrTx, Statement } from '../db/types.ts'

/** What there may only be so much of in a namespace, or, of organizations, of one user. */
export type Counted = 'robots' | 'repositories' | 'teams' | 'organizations'

const PLACE = {
  robots: 'robots WHERE namespace_id',
  repositories: 'repositories WHERE namespace_id',
  teams: 'teams WHERE organization_id',
  organizations: 'namespaces WHERE creator_id',
} satisfies Record<Counted, string>

const statement = (what: Counted): Statement<{ count: number }> => ({
  name: `count_${what}`,
  text: `SELECT count(*)::int AS count FROM (SELECT FROM ${PLACE[what]} = $1::uuid LIMIT $2) counted`,
})

const COUNTS = {
  robots: statement('robots'),
  repositories: statement('repositories'),
  teams: statement('teams'),
  organizations: statement('organizations'),
} satisfies Record<Counted, Statement<{ count: number }>>

/** Counts no further than `most`. @param id of the namespace, or of the user who made the organizations */
export const countUpTo = async (db: DbOrTx, what: Counted, id: string, most: number) => {
  const [row] = await rows(db, COUNTS[what], [id, most])
  return row?.count ?? 0
}
