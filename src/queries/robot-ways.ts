import type { RobotSearch, RobotState } from '../domain/robot-search.ts'
import { fewOrByName } from './few-or-by-name.ts'
import type { RobotLead } from './robot-leads.ts'
import type { Sorted } from './robot-order.ts'
import { conditionOf, type IndexedState, indexedState } from './robot-states.ts'
import { unseen } from './unseen.ts'

// How robots that pass a filter are looked for.

/** How many robots of the order, or that something leads to, are looked at for each that is wanted. */
const NEAR = 10

const LIMIT = '$limit::bigint'
/** What indexes of robots that have an end hold. */
const READ = 'r.id, r.name, r.enabled, r.expires_at'

/** What several tables say of a robot: how many robots it is true of is anybody's guess. */
const GUESSED: (RobotState | undefined)[] = [
  'needless_secret',
  'secret_against_policy',
  'issuer_against_policy',
]

/** A search, and what was found out for it. */
export interface PreparedSearch {
  search: RobotSearch
  isOfOwner: boolean
  /** Whether `$issuers` are known. */
  withIssuers: boolean
  lead: RobotLead | undefined
}

/** Rows of `robots` in order, in SQL; takes `$limit` and `$most`. */
export interface Way {
  robots: string
  /** Most rows that are looked at. */
  most: number
  /** Names the plan, where the best one is the same whatever the values; others are made anew each time. */
  plan?: string | undefined
}

const and = (conditions: (string | false | undefined)[]) =>
  conditions.filter(Boolean).join(' AND ') || 'true'

const filterOf = ({ search: { text, labels, state }, ...known }: PreparedSearch) =>
  and([
    text !== undefined && 'r.words @@ robot_query($text)',
    labels.length > 0 && 'r.labels @> $labels::text[]',
    state && conditionOf(state, known),
  ])

/** Those that something leads to, until there are enough. */
const ledTo = ({ robots, areAll }: RobotLead, filter: string) =>
  `(SELECT r.* FROM (${robots}) k, LATERAL (SELECT * FROM robots r WHERE r.id = k.id OFFSET 0) r
    WHERE ${areAll ? 'true' : filter} ORDER BY k.name, k.id LIMIT ${unseen(LIMIT)})`

/** Those in a state, which indexes say with their names: few rows more are read than are shown. */
function inState(
  { within, conditions, range }: IndexedState,
  { place, by, limit }: { place: string; by: string; limit: string },
) {
  const found = conditions.map((condition) => {
    if (range === undefined) {
      return `(SELECT r.id, r.name FROM robots r WHERE ${place} AND ${condition} ORDER BY ${by} LIMIT ${limit})`
    }
    const rows = { columns: 'r.id, r.name', read: READ, table: 'robots', alias: 'r', place, within }
    const byName = by === 'r.name' ? 'r.name, r.id' : by
    return fewOrByName({ ...rows, condition, range, by: byName, most: '$limit' })
  })
  return `(SELECT r.* FROM (
      SELECT * FROM (${found.join(' UNION ALL ')}) r ORDER BY r.name, r.id LIMIT ${limit}) k,
    LATERAL (SELECT * FROM robots r WHERE r.id = k.id OFFSET 0) r)`
}

/** Where robots are that pass a filter: those of issuers alone, where these are known. */
const sourceOf = ({ withIssuers, isOfOwner }: PreparedSearch) =>
  withIssuers
    ? `(SELECT DISTINCT m.robot_id FROM robot_marks m
        WHERE ${isOfOwner ? 'm.namespace_id = $namespaceId::uuid AND' : ''} m.mark = ANY ($issuers::text[])) k,
       LATERAL (SELECT * FROM robots r WHERE r.id = k.robot_id OFFSET 0) r`
    : 'robots r'

/** The ways by what leads to robots, and by nothing where that leads to too many others. */
function waysBy(
  lead: RobotLead,
  filter: string,
  { limit, most, anywhere }: { limit: number; most: number; anywhere: Way },
): Way[] {
  const led = { robots: ledTo(lead, filter), most }
  if (lead.areAll) return [{ ...led, most: limit, plan: lead.plan }]
  return lead.atMost <= most ? [led] : [led, anywhere]
}

/** The ways to robots in a state that an index says: by those near in the order first, where that is usual. */
function waysInState(
  indexed: IndexedState,
  { near, place, by, isOfOwner }: { near: Way; place: string; by: string; isOfOwner: boolean },
): Way[] {
  const { plan, most } = near
  // Of all owners, PostgreSQL weighs the ways by the values.
  const isPlannedOnce = isOfOwner && !indexed.isUsual
  const limit = isPlannedOnce && !indexed.range ? unseen(LIMIT) : LIMIT
  const exact = { robots: inState(indexed, { place, by, limit }), most }
  if (isPlannedOnce) return [{ ...exact, plan }]
  return indexed.isUsual ? [near, exact] : [exact]
}

/** The ways to take, until one gives `limit` robots. @param isFirst whether the order begins */
export function waysTo(
  prepared: PreparedSearch,
  { by, after, where }: Sorted,
  { isFirst, limit }: { isFirst: boolean; limit: number },
): Way[] {
  const { search, isOfOwner, lead } = prepared
  const { text, labels, state, sort } = search
  const filter = filterOf(prepared)
  const placeIn = (part: string | undefined) =>
    and([isOfOwner && 'r.namespace_id = $namespaceId::uuid', part, !isFirst && after])
  const place = placeIn(where)
  const most = NEAR * limit
  const way = (robots: string, limit = LIMIT): Way => ({
    robots: `(${robots} ORDER BY ${by} LIMIT ${limit})`,
    most,
  })

  // For those that jobs have used there is an index of their own: it has fewer than that of all that were ever used.
  const areUsedByJobs = state === 'needless_secret'
  const rows = `SELECT r.* FROM ${sourceOf(prepared)} WHERE ${areUsedByJobs ? placeIn(undefined) : place}`
  // What is below OFFSET is found by the filter, whatever the order.
  const anywhere = way(`SELECT r.* FROM (${rows} AND ${filter} OFFSET 0) r`)
  if (lead) return waysBy(lead, filter, { limit, most, anywhere })
  const isByName = sort === 'name' && text === undefined
  const indexed = isByName && state && indexedState(state, isOfOwner)
  const near = `SELECT r.* FROM robots r WHERE ${place} ORDER BY ${by} LIMIT $most::bigint`
  const nearWay = way(`SELECT r.* FROM (${near}) r WHERE ${filter}`)
  const plan = `in_state_${state}${isFirst ? '' : '_after'}`
  if (indexed) return waysInState(indexed, { near: { ...nearWay, plan }, place, by, isOfOwner })
  // PostgreSQL does not know how many robots have a word, unless that is frequent, nor where in an order those with labels are.
  const isGuess = text !== undefined || labels.length > 0 || GUESSED.includes(state)
  const direct = `SELECT r.* FROM robots r WHERE ${place} AND ${filter}`
  if (areUsedByJobs && isByName) {
    return [isOfOwner ? { ...way(direct, unseen(LIMIT)), plan } : way(direct)]
  }
  return isGuess ? [nearWay, anywhere] : [way(direct)]
}
