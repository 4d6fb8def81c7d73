import type { RobotSearch, RobotState } from '../domain/robot-search.ts'
import { type MarkLead, nextLedTo, robotsLedTo } from './robot-leads.ts'
import { beginning } from './robot-marks.ts'
import type { Sorted } from './robot-order.ts'
import { STATES } from './robot-states.ts'
import {
  type Found,
  robotsAgainstPolicy,
  robotsInState,
  rowsInOrder,
  rowsOf,
} from './robots-in-state.ts'
import { unseen } from './unseen.ts'

// How robots that pass a filter are looked for.

/** How many robots of the order, or that something leads to, are looked at for each that is wanted. */
const NEAR = 10

const LIMIT = '$limit::bigint'

/** What most robots often are: those near in the order are looked at first. */
const USUAL: RobotState[] = ['active', 'unused']
/** What no index has of all owners by name. */
const USUAL_OF_ALL: RobotState[] = [...USUAL, 'secret_expiring', 'secret_against_policy']
/** What several tables say of a robot: how many robots it is true of is anybody's guess. */
const GUESSED: (RobotState | undefined)[] = ['needless_secret', 'secret_against_policy']

/** A search, and what was found out for it. */
export interface PreparedSearch {
  search: RobotSearch
  isOfOwner: boolean
  lead: MarkLead | undefined
}

/** Takes `$limit` and `$most`. */
export interface Way extends Found {
  /** Most rows that are looked at. */
  most: number
  /** Whether it finds all, but where marks are too many to be read side by side. */
  isByMarks?: boolean
  /** Names the plan, where the best one is the same whatever the values; others are made anew each time. */
  plan?: string | undefined
}

const and = (conditions: (string | false | undefined)[]) =>
  conditions.filter(Boolean).join(' AND ') || 'true'

/** That each word begins one of the robot, of which marks know. */
const HAS_WORDS = `NOT EXISTS (
  SELECT FROM unnest((SELECT robot_words($text))) w(word) WHERE (
    SELECT true FROM robot_marks m WHERE m.robot_id = r.id
      AND m.mark >= 'word:' || w.word AND m.mark <= ${beginning("'word:' || w.word").to} LIMIT 1) IS NULL OFFSET 0)`

const filterOf = ({ text, labels, state }: RobotSearch) =>
  and([
    text !== undefined && HAS_WORDS,
    labels.length > 0 && 'r.labels @> $labels::text[]',
    state && STATES[state],
  ])

interface Place {
  isOfOwner: boolean
  /** Of `robots r`, where the page begins. */
  place: string
  by: string
  filter: string
}

/** The ways by what leads to robots, and by nothing where that leads to too many others, or has too many marks. */
function waysByName(
  lead: MarkLead,
  { isOfOwner, filter }: Place,
  { near, anywhere }: { near: Way; anywhere: Way },
): Way[] {
  const { kind, isOnly } = lead
  const next = nextLedTo(lead, isOfOwner)
  if (isOnly) {
    const most = near.most / NEAR
    const led = { ...rowsInOrder(next, isOfOwner), most }
    return [{ ...led, isByMarks: true, plan: `with_marks_${kind}` }, near, anywhere]
  }
  const robots = `(SELECT r.* FROM ${rowsOf(next)} WHERE ${filter} ORDER BY k.name, k.id LIMIT ${unseen(LIMIT)})`
  const led = { robots, most: near.most }
  if (lead.atMost <= near.most) return [led]
  return kind === 'mark' ? [led, anywhere] : [led, near, anywhere]
}

/** The ways to robots in a state by name: by those near in the order first, where that is usual. */
function waysInState(state: RobotState, at: Place, isFirst: boolean, near: Way): Way[] {
  const { isOfOwner, place, by, filter } = at
  const plan = isOfOwner ? `in_state_${state}${isFirst ? '' : '_after'}` : undefined
  // Of all owners, PostgreSQL weighs the ways by the values.
  const limit = isOfOwner ? unseen(LIMIT) : LIMIT
  const anywhere = `(SELECT r.* FROM robots r WHERE ${place} AND ${filter} ORDER BY ${by} LIMIT ${limit})`
  const way = { ...(robotsInState(state, at) ?? { robots: anywhere }), most: near.most }
  const isUsual = (isOfOwner ? USUAL : USUAL_OF_ALL).includes(state)
  return isUsual ? [{ ...near, plan }, way] : [{ ...way, plan }]
}

/** SQL of all robots among which those are that pass; undefined: an index of the state says which. */
function idsOf(state: RobotState | undefined, lead: MarkLead | undefined, isOfOwner: boolean) {
  // Marks of many robots find more than a state does that few robots are usually in.
  const isByState = !lead?.isOnly && state !== undefined && !USUAL.includes(state)
  if (lead && (lead.atMost < Infinity || !isByState)) return robotsLedTo(lead, isOfOwner)
  return state === 'secret_against_policy' ? robotsAgainstPolicy(isOfOwner) : undefined
}

/** The ways to take, until one gives `limit` robots. @param isFirst whether the order begins */
export function waysTo(
  { search, isOfOwner, lead }: PreparedSearch,
  { by, after, where }: Sorted,
  { isFirst, limit }: { isFirst: boolean; limit: number },
): Way[] {
  const { state, sort, text } = search
  const filter = filterOf(search)
  const placeIn = (part: string | undefined) =>
    and([isOfOwner && 'r.namespace_id = $namespaceId::uuid', part, !isFirst && after])
  const place = placeIn(where)
  const most = NEAR * limit
  const way = (robots: string): Way => ({
    robots: `(${robots} ORDER BY ${by} LIMIT ${LIMIT})`,
    most,
  })
  const inOrder = `SELECT r.* FROM robots r WHERE ${place} ORDER BY ${by} LIMIT $most::bigint`
  // To look for words takes so long that PostgreSQL would have several processes do it, each of which reads ahead.
  const first =
    text === undefined ? inOrder : `WITH first AS MATERIALIZED (${inOrder}) SELECT * FROM first`
  const near = way(`SELECT r.* FROM (${first}) r WHERE ${filter}`)
  const at = { isOfOwner, place, by, filter }
  if (!lead && state && sort === 'name') return waysInState(state, at, isFirst, near)
  const ids = idsOf(state, lead, isOfOwner)
  const source = ids ? rowsOf(ids) : 'robots r'
  // For those that jobs have used there is an index of their own: it has fewer than that of all that were ever used.
  const rows = `SELECT r.* FROM ${source} WHERE ${state === 'needless_secret' ? placeIn(undefined) : place}`
  // What is below OFFSET is found by the filter, whatever the order.
  const anywhere = way(`SELECT r.* FROM (${rows} AND ${filter} OFFSET 0) r`)
  if (lead && sort === 'name') return waysByName(lead, at, { near, anywhere })
  if (lead && lead.atMost <= most) return [anywhere]
  const isGuess = lead !== undefined || GUESSED.includes(state)
  return isGuess ? [near, anywhere] : [way(`SELECT r.* FROM robots r WHERE ${place} AND ${filter}`)]
}
