import type { DbOrTx } from '../db/types.ts'
import type { RobotSearch, RobotState } from '../domain/robot-search.ts'
import { fewOrByName } from './few-or-by-name.ts'
import { leadingMarks } from './robot-marks.ts'
import { SECRET_STATES } from './robot-states.ts'
import { unseen } from './unseen.ts'

/** What is found by an index in the order of names, and leads to the robots that pass a filter. */
export interface RobotLead {
  /** SQL of the next ones: `name` and `id` of robots, `$most` at most. */
  robots: string
  marks: string[]
  /** Whether it leads to no others. */
  areAll: boolean
  /** To how many, at most. */
  atMost: number
  /** As `Way.plan`. */
  plan?: string | undefined
}

/** The order of rows that have a robot's name and id, and those after a position. */
const orderedBy = (name: string, id: string, namespaceId: string | undefined) =>
  namespaceId === undefined
    ? { order: `${name}, ${id}`, after: `(${name}, ${id}) > ($key, $id::uuid)` }
    : { order: name, after: `namespace_id = $namespaceId::uuid AND ${name} > $key` }

function withMarks(namespaceId: string | undefined) {
  const { order, after } = orderedBy('m.name', 'm.robot_id', namespaceId)
  const [marks, most] = [unseen('$marks::text[]'), unseen('$most::bigint')]
  return `SELECT DISTINCT m.name, m.robot_id AS id FROM unnest(${marks}) k(mark), LATERAL (
    SELECT m.name, m.robot_id FROM robot_marks m WHERE ${after} AND m.mark = k.mark
    ORDER BY ${order} LIMIT ${most}) m ORDER BY m.name, m.robot_id LIMIT ${most}`
}

function withSecrets(state: keyof typeof SECRET_STATES, namespaceId: string | undefined) {
  const { after } = orderedBy('s.robot_name', 's.robot_id', namespaceId)
  const { condition, range } = SECRET_STATES[state]
  const columns = 's.robot_name AS name, s.robot_id AS id'
  const by = 's.robot_name, s.robot_id'
  const most = '$most'
  if (range === undefined || namespaceId === undefined) {
    return {
      robots: `SELECT DISTINCT ${columns} FROM robot_secrets s
        WHERE ${after} AND ${condition} ORDER BY ${by} LIMIT ${most}::bigint`,
    }
  }
  const read = 's.robot_name, s.robot_id, s.expires_at, s.created_at'
  const place = { columns, read, table: 'robot_secrets', alias: 's', place: after }
  return {
    robots: `SELECT * FROM ${fewOrByName({ ...place, condition, range, by, most })} s
      ORDER BY s.name, s.id LIMIT ${most}::bigint`,
    plan: `in_state_${state}`,
  }
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
  if (found) return { ...found, robots: withMarks(namespaceId), plan: 'with_marks' }
  if (!isOfSecrets(state)) return undefined
  const areAll = text === undefined
  return { ...withSecrets(state, namespaceId), marks: [], areAll, atMost: Infinity }
}
