import type { DbOrTx } from '../db/types.ts'
import type { RobotSearch, RobotState } from '../domain/robot-search.ts'
import { leadingMarks } from './robot-marks.ts'
import { SECRET_STATES } from './robot-states.ts'

/** What is found by an index in the order of names, and leads to the robots that pass a filter. */
export interface RobotLead {
  /** SQL of the next ones: `name` and `id` of robots, `$most` at most. */
  robots: string
  marks: string[]
  /** Whether it leads to no others. */
  areAll: boolean
  /** To how many, at most. */
  atMost: number
  /** Whether the best plan is the same, whatever the values. */
  isPlannedOnce: boolean
}

/** The order of rows that have a robot's name and id, and those after a position. */
const orderedBy = (name: string, id: string, namespaceId: string | undefined) =>
  namespaceId === undefined
    ? { order: `${name}, ${id}`, after: `(${name}, ${id}) > ($key, $id::uuid)` }
    : { order: name, after: `namespace_id = $namespaceId::uuid AND ${name} > $key` }

function withMarks(namespaceId: string | undefined) {
  const { order, after } = orderedBy('m.name', 'm.robot_id', namespaceId)
  return `SELECT DISTINCT m.name, m.robot_id AS id FROM unnest($marks::text[]) k(mark), LATERAL (
    SELECT m.name, m.robot_id FROM robot_marks m WHERE ${after} AND m.mark = k.mark
    ORDER BY ${order} LIMIT $most::bigint) m ORDER BY m.name, m.robot_id LIMIT $most::bigint`
}

function withSecrets(condition: string, namespaceId: string | undefined) {
  const { after } = orderedBy('s.robot_name', 's.robot_id', namespaceId)
  return `SELECT DISTINCT s.robot_name AS name, s.robot_id AS id FROM robot_secrets s
    WHERE ${after} AND ${condition} ORDER BY s.robot_name, s.robot_id LIMIT $most::bigint`
}

const isOfSecrets = (state: RobotState | undefined): state is keyof typeof SECRET_STATES =>
  state !== undefined && state in SECRET_STATES

/** What leads by name to robots that are searched for; undefined: nothing does. */
export async function leadTo(
  db: DbOrTx,
  search: RobotSearch & { namespaceId: string | undefined; issuers: string[] | undefined },
): Promise<RobotLead | undefined> {
  const { sort, state, text, namespaceId } = search
  if (sort !== 'name') return undefined
  const found = await leadingMarks(db, search)
  if (found) return { ...found, robots: withMarks(namespaceId), isPlannedOnce: true }
  if (!isOfSecrets(state)) return undefined
  const robots = withSecrets(SECRET_STATES[state], namespaceId)
  return { robots, marks: [], areAll: text === undefined, atMost: Infinity, isPlannedOnce: false }
}
