import { rows, statement, unnamed } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import { NIL_ID } from '../domain/ids.ts'
import type { Slice } from '../domain/page.ts'
import type { PolicyBounds } from '../domain/policy-bounds.ts'
import type { RobotSearch } from '../domain/robot-search.ts'
import { areMany, leadTo, type MarkLead } from './robot-leads.ts'
import { CREDENTIAL, type RobotListRow, type ShownOfRobots, shownOfRobots } from './robot-lists.ts'
import { partsOf, type RobotPosition, type Sorted } from './robot-order.ts'
import { type Way, waysTo } from './robot-ways.ts'
import { ROBOT_COLUMNS } from './robots.ts'

interface SearchedRobotRow extends RobotListRow {
  expiresAt: Date | null
  /** Among robots of all owners; null where the owner is deleted, and the robot about to be. */
  ownerName: string | null
}

interface Values
  extends RobotSearch,
    PolicyBounds,
    RobotPosition,
    Pick<MarkLead, 'from' | 'to'>,
    Pick<Way, 'most'> {
  namespaceId: string | undefined
  limit: number
}

/** Asked for each robot that is shown: for a join, all accounts might be read. */
const OWNER_NAME = '(SELECT n.name FROM namespaces n WHERE n.id = r.namespace_id)'

/** Robots that are found in a way, with what is shown of them. */
function listBy(way: Way, order: Sorted, isOfOwner: boolean, shown: ShownOfRobots) {
  const { robots, by = order.by, plan } = way
  const text = `
    SELECT ${ROBOT_COLUMNS}, r.expires_at AS "expiresAt",
           ${isOfOwner ? 'NULL' : OWNER_NAME} AS "ownerName", ${shownOfRobots(shown)}
    FROM ${robots} r, ${CREDENTIAL} ORDER BY ${by}`
  if (plan === undefined) return unnamed<SearchedRobotRow, Values>(text)
  const name = [
    `list_robots_${plan}`,
    !isOfOwner && 'of_all',
    shown.withPermissions && 'with_permissions',
    shown.withDetails && 'with_details',
  ]
  return statement<SearchedRobotRow, Values>(name.filter(Boolean).join('_'), text)
}

/** Robots of a namespace or, where that is undefined, of all, that are as they are searched for. */
export async function searchRobots(
  db: DbOrTx,
  namespaceId: string | undefined,
  search: RobotSearch & PolicyBounds,
  { after, limit, ...shown }: Slice<RobotPosition> & ShownOfRobots,
): Promise<SearchedRobotRow[]> {
  const { state, sort } = search
  const isOfOwner = namespaceId !== undefined
  const lead = await leadTo(db, { ...search, namespaceId })
  if (lead?.atMost === 0) return []
  const prepared = { search, isOfOwner, lead }
  const { from: begin = '', to = '' } = lead ?? {}
  const known = { ...search, namespaceId, from: begin, to }

  async function read(order: Sorted, from: RobotPosition | undefined, limit: number) {
    let found: SearchedRobotRow[] = []
    for (const way of waysTo(prepared, order, { isFirst: !from, limit })) {
      const list = listBy(way, order, isOfOwner, shown)
      const position = from ?? { key: '', id: NIL_ID }
      found = await rows(db, list, { ...known, ...position, limit, most: way.most })
      if (found.length === limit) break
      if (way.isByMarks && lead && !(await areMany(db, known, lead))) break
    }
    return found
  }

  const found: SearchedRobotRow[] = []
  const areUsed = state === 'needless_secret'
  for (const { order, from } of partsOf(sort, { isOfOwner, areUsed }, after)) {
    if (found.length < limit) found.push(...(await read(order, from, limit - found.length)))
  }
  return found
}
