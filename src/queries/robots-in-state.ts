import type { RobotState } from '../domain/robot-search.ts'
import { fewOrMany } from './few-or-many.ts'
import { ENDED_STATES, ENDLESS_SECRET, INDEXED_STATES, SECRET_STATES } from './robot-states.ts'
import { ALL, allUnseen, unseen } from './unseen.ts'

// Robots in a state by name, each found by an index that has the names: few rows more are read than are shown.

/** Where in the order of names. */
interface Place {
  isOfOwner: boolean
  /** Of `robots r`. */
  place: string
  by: string
}

/** Robots, in SQL. */
export interface Found {
  /** Rows of `robots`, in order. */
  robots: string
  /** What these are sorted by, where it is not the order's own. */
  by?: string
}

/** How many, as the planner shall see it. */
const LIMIT = '$limit::bigint'
const UNSEEN = unseen(LIMIT)

/** Few robots that have an end, of which there are fewer than of secrets that have one. */
const FEW_ROBOTS = 200
const FEW_SECRETS = 1000

/** SQL of all robots with a secret that the policy would refuse: `id`. @param most SQL of how many at least, where there are so many */
export function robotsAgainstPolicy(isOfOwner: boolean, most?: string): string {
  const place = isOfOwner ? 's.namespace_id = $namespaceId::uuid AND' : ''
  // A robot has two secrets at most.
  const some = (condition: string) =>
    `(SELECT s.robot_id AS id FROM robot_secrets s WHERE ${place} ${condition} LIMIT ${most ? `2 * ${most}` : ALL})`
  return `${some(SECRET_STATES.secret_against_policy.passing)} UNION ${some(ENDLESS_SECRET)}`
}

/** FROM of the rows of robots (`r`) whose `id` some SQL gives (`k`). */
export const rowsOf = (ids: string) =>
  `(${ids}) k, LATERAL (SELECT * FROM robots r WHERE r.id = k.id OFFSET 0) r`

/** Robots whose `name` and `id` some SQL gives in the order of names. They are sent while others are looked up: none is sorted again. */
export const rowsInOrder = (found: string, isOfOwner: boolean): Found => ({
  robots: `(SELECT r.*, k.name AS found_name, k.id AS found_id FROM ${rowsOf(found)})`,
  by: isOfOwner ? 'r.found_name' : 'r.found_name, r.found_id',
})

const firstBy = (found: string, limit: string) =>
  `SELECT * FROM (${found}) k ORDER BY k.name, k.id LIMIT ${limit}`

/** Rows of the first robots of those whose `id` and `name` some SQL gives. */
const firstOf = (found: string, limit: string) => `SELECT r.* FROM ${rowsOf(firstBy(found, limit))}`

function withSecrets(state: keyof typeof SECRET_STATES, isOfOwner: boolean) {
  const place = isOfOwner
    ? `s.namespace_id = ${unseen('$namespaceId::uuid')} AND s.robot_name > ${unseen('$key')}`
    : '(s.robot_name, s.robot_id) > ($key, $id::uuid)'
  const columns = 's.robot_name AS name, s.robot_id AS id'
  // Of all owners, PostgreSQL weighs the ways by the values.
  const from = (condition: string) =>
    `FROM robot_secrets s WHERE ${place} AND ${isOfOwner ? allUnseen(condition) : condition}`
  const byName = (condition: string) =>
    `SELECT DISTINCT ${columns} ${from(condition)} ORDER BY s.robot_name, s.robot_id LIMIT ${UNSEEN}`
  const { passing, range, byName: named } = SECRET_STATES[state]
  const ranged = `${from(passing)} ORDER BY ${range}`
  const all = `SELECT ${columns} ${ranged}`
  const ended = isOfOwner
    ? fewOrMany(`SELECT ${ranged}`, {
        most: FEW_SECRETS,
        few: `${all} LIMIT ${FEW_SECRETS}`,
        many: byName(named),
      })
    : `(${all})`
  return state === 'secret_against_policy'
    ? `SELECT * FROM ${ended} s UNION SELECT * FROM (${byName(ENDLESS_SECRET)}) s`
    : `SELECT DISTINCT * FROM ${ended} s`
}

function ended(state: keyof typeof ENDED_STATES, { place, by }: Place) {
  const { passing, range, byName } = ENDED_STATES[state]
  const ranged = `FROM robots r WHERE ${place} AND ${allUnseen(passing)} ORDER BY ${range}`
  return fewOrMany(`SELECT ${ranged}`, {
    most: FEW_ROBOTS,
    few: firstOf(`SELECT r.name, r.id ${ranged} LIMIT ${FEW_ROBOTS}`, UNSEEN),
    many: `SELECT r.* FROM robots r WHERE ${place} AND ${allUnseen(byName)} ORDER BY ${by} LIMIT ${UNSEEN}`,
  })
}

const has = <Key extends string>(states: Record<Key, unknown>, state: string): state is Key =>
  state in states

/** The next robots, `$limit` at most; undefined: no index has all that the state is about. */
export function robotsInState(state: RobotState, at: Place): Found | undefined {
  const { isOfOwner, place, by } = at
  // Of all owners, PostgreSQL weighs the ways by the values.
  const limit = isOfOwner ? UNSEEN : LIMIT
  if (has(SECRET_STATES, state)) {
    return rowsInOrder(firstBy(withSecrets(state, isOfOwner), limit), isOfOwner)
  }
  if (isOfOwner && has(ENDED_STATES, state)) {
    return { robots: `(SELECT * FROM ${ended(state, at)} r ORDER BY r.name LIMIT ${limit})` }
  }
  if (has(INDEXED_STATES, state) && !(isOfOwner && state === 'disabled')) {
    const found = INDEXED_STATES[state].map(
      (condition) =>
        `(SELECT r.id, r.name FROM robots r WHERE ${place} AND ${condition} ORDER BY ${by} LIMIT ${limit})`,
    )
    return rowsInOrder(firstBy(found.join(' UNION ALL '), limit), isOfOwner)
  }
  return undefined
}
