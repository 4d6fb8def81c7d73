import { rows, unnamed } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import type { Slice } from '../domain/page.ts'
import type { PolicyBounds } from '../domain/policy-bounds.ts'
import type { RobotSearch, RobotState } from '../domain/robot-search.ts'
import { type RobotListRow, type ShownOfRobots, shownOfRobots } from './robot-lists.ts'
import { partsOf, type RobotPosition, type Sorted } from './robot-order.ts'
import { STATES } from './robot-states.ts'
import { ROBOT_COLUMNS, robotsFrom } from './robots.ts'

interface SearchedRobotRow extends RobotListRow {
  expiresAt: Date | null
  /** Among robots of all owners; null where the owner is deleted, and the robot about to be. */
  ownerName: string | null
}

interface Values {
  namespaceId: string | undefined
  key: string
  id: string
  limit: number
}

/** Asked for each robot that is shown: for a join, all accounts might be read. */
const OWNER_NAME = '(SELECT n.name FROM namespaces n WHERE n.id = r.namespace_id)'

/**
 * How robots that pass a filter are looked for: as PostgreSQL estimates; among the next ones of the order; or by the indexes
 * of the filter.
 */
type Way = 'estimated' | 'near' | 'anywhere'

/** How many robots of the order are looked at for each that is wanted. */
const NEAR = 10

/** What several tables say of a robot: how many robots it is true of is anybody's guess. */
const GUESSED: (RobotState | undefined)[] = [
  'needless_secret',
  'secret_against_policy',
  'issuer_against_policy',
]

interface Scope {
  isOfOwner: boolean
  isFirst: boolean
}

const and = (conditions: (string | false | undefined)[]) => conditions.filter(Boolean).join(' AND ')

const filterOf = ({ text, labels, state }: RobotSearch) =>
  and([
    text !== undefined && 'r.words @@ robot_query($text)',
    labels.length > 0 && 'r.labels @> $labels::text[]',
    state && STATES[state],
  ])

/** The rows of `robots`, in order. What is below OFFSET is found by the filter, whatever the order. */
function robotsBy(way: Way, { by, after, where }: Sorted, filter: string, scope: Scope) {
  const order = and([
    scope.isOfOwner && 'r.namespace_id = $namespaceId::uuid',
    where,
    !scope.isFirst && after,
  ])
  const robots = `SELECT r.* FROM robots r WHERE ${order || 'true'}`
  const found = {
    estimated: `${robots} AND ${filter || 'true'}`,
    near: `SELECT r.* FROM (${robots} ORDER BY ${by} LIMIT ${NEAR} * $limit::bigint) r WHERE ${filter}`,
    anywhere: `SELECT r.* FROM (${robots} AND ${filter} OFFSET 0) r`,
  }
  return `(${found[way]} ORDER BY ${by} LIMIT $limit::bigint)`
}

/** Robots of a namespace or, where that is undefined, of all, that are as they are searched for. */
export async function searchRobots(
  db: DbOrTx,
  namespaceId: string | undefined,
  search: RobotSearch & PolicyBounds,
  { after, limit, ...shown }: Slice<RobotPosition> & ShownOfRobots,
): Promise<SearchedRobotRow[]> {
  const isOfOwner = namespaceId !== undefined
  const filter = filterOf(search)
  const ownerName = isOfOwner ? 'NULL' : OWNER_NAME
  /** Those that jobs have used, for which there is an index: it has fewer than that of all that were ever used. */
  const areUsedByJobs = search.state === 'needless_secret'
  async function read(order: Sorted, from: RobotPosition | undefined, most: number) {
    const readBy = (way: Way, sorted = order) =>
      rows(
        db,
        unnamed<SearchedRobotRow, RobotSearch & PolicyBounds & Values>(
          `SELECT ${ROBOT_COLUMNS}, r.expires_at AS "expiresAt", ${ownerName} AS "ownerName", ${shownOfRobots(shown)}
           FROM ${robotsFrom(robotsBy(way, sorted, filter, { isOfOwner, isFirst: !from }))}
           ORDER BY ${order.by}`,
        ),
        { ...search, namespaceId, limit: most, id: from?.id ?? '', key: from?.key ?? '' },
      )
    // Nor does PostgreSQL know how many robots have a word, unless that is frequent.
    const isGuess = search.text !== undefined || GUESSED.includes(search.state)
    // Those that jobs have used are in an index by name.
    const isInOrder = areUsedByJobs && search.sort === 'name' && search.text === undefined
    if (!isGuess || isInOrder) return readBy('estimated')
    const near = await readBy('near')
    if (near.length === most) return near
    const { where, ...whole } = order
    return readBy('anywhere', areUsedByJobs ? whole : order)
  }
  const found: SearchedRobotRow[] = []
  for (const { order, from } of partsOf(
    search.sort,
    { isOfOwner, areUsed: areUsedByJobs },
    after,
  )) {
    if (found.length < limit) found.push(...(await read(order, from, limit - found.length)))
  }
  return found
}
