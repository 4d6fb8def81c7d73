import type { RobotSearch, RobotState } from '../domain/robot-search.ts'
import type { RobotLead } from './robot-leads.ts'
import type { Sorted } from './robot-order.ts'
import { conditionOf, INDEXED_STATES } from './robot-states.ts'

// How robots that pass a filter are looked for.

/** How many robots of the order, or that something leads to, are looked at for each that is wanted. */
const NEAR = 10

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
  isPlannedOnce?: boolean
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
    WHERE ${areAll ? 'true' : filter} ORDER BY k.name, k.id LIMIT $limit::bigint)`

/** Those in a state, which indexes say with their names: no more rows are read than are shown. */
function inState(conditions: string[], place: string, by: string) {
  const found = conditions.map(
    (condition) => `(SELECT r.id, r.name FROM robots r WHERE ${place} AND ${condition}
      ORDER BY ${by} LIMIT $limit::bigint)`,
  )
  return `(SELECT r.* FROM (
      SELECT * FROM (${found.join(' UNION ALL ')}) r ORDER BY r.name, r.id LIMIT $limit::bigint) k,
    LATERAL (SELECT * FROM robots r WHERE r.id = k.id OFFSET 0) r)`
}

/** Where robots are that pass a filter: those of issuers alone, where these are known. */
const sourceOf = ({ withIssuers, isOfOwner }: PreparedSearch) =>
  withIssuers
    ? `(SELECT DISTINCT m.robot_id FROM robot_marks m
        WHERE ${isOfOwner ? 'm.namespace_id = $namespaceId::uuid AND' : ''} m.mark = ANY ($issuers::text[])) k,
       LATERAL (SELECT * FROM robots r WHERE r.id = k.robot_id OFFSET 0) r`
    : 'robots r'

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
  const way = (robots: string): Way => ({
    robots: `(${robots} ORDER BY ${by} LIMIT $limit::bigint)`,
    most,
  })

  // For those that jobs have used there is an index of their own: it has fewer than that of all that were ever used.
  const areUsedByJobs = state === 'needless_secret'
  const rows = `SELECT r.* FROM ${sourceOf(prepared)} WHERE ${areUsedByJobs ? placeIn(undefined) : place}`
  // What is below OFFSET is found by the filter, whatever the order.
  const anywhere = way(`SELECT r.* FROM (${rows} AND ${filter} OFFSET 0) r`)
  if (lead) {
    const led = { robots: ledTo(lead, filter), most }
    if (lead.areAll) return [{ ...led, most: limit, isPlannedOnce: lead.isPlannedOnce }]
    return lead.atMost <= most ? [led] : [led, anywhere]
  }
  const isByName = sort === 'name' && text === undefined
  const indexed = isByName && state && INDEXED_STATES[state]
  if (indexed) return [{ robots: inState(indexed, place, by), most }]
  // PostgreSQL does not know how many robots have a word, unless that is frequent, nor where in an order those with labels are.
  const isGuess = text !== undefined || labels.length > 0 || GUESSED.includes(state)
  if (!isGuess || (areUsedByJobs && isByName))
    return [way(`SELECT r.* FROM robots r WHERE ${place} AND ${filter}`)]
  const near = `SELECT r.* FROM robots r WHERE ${place} ORDER BY ${by} LIMIT $most::bigint`
  return [way(`SELECT r.* FROM (${near}) r WHERE ${filter}`), anywhere]
}
