import { lookUp, rows } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import type { StoredEntry } from '../domain/federation-entry.ts'
import { NIL_ID } from '../domain/ids.ts'
import { type EntryRow, entryIn, SELECTED_ENTRY } from './entry-columns.ts'
import { CHECKED_COLUMNS, type CheckedRobot, NAMED_ROBOT } from './robot-logins.ts'

/** A robot as jobs want to act as it. */
export interface FederatedLogin {
  robot: CheckedRobot
  /** Another one with every change of its entries; null where nobody knows of a change. */
  stamp: string | null
  /** In the order in which they were posted; undefined: those that are known. */
  entries: StoredEntry[] | undefined
}

type LoginRow = CheckedRobot & EntryRow & { stamp: string | null; position: number | null }

// One row at least, which has no entry where there is none, or they are known. In any order: PostgreSQL would spend more on
// getting ready to sort a few rows than on finding them.
export const FIND_FEDERATED_LOGIN = lookUp<
  LoginRow,
  { owner: string; name: string; known: string }
>(
  'find_federated_login',
  `SELECT ${CHECKED_COLUMNS}, r.federation_stamp AS stamp, e.position, ${SELECTED_ENTRY}
   FROM ${NAMED_ROBOT}
   LEFT JOIN federation_entry_rows e ON e.robot_id = r.id AND r.federation_stamp IS DISTINCT FROM $known::uuid`,
)

/**
 * A robot with its entries.
 *
 * @param known the stamp of the entries that the caller has, which are not read again
 */
export async function findFederatedLogin(
  db: DbOrTx,
  owner: string,
  name: string,
  known: string | undefined,
): Promise<FederatedLogin | undefined> {
  const found = await rows(db, FIND_FEDERATED_LOGIN, { owner, name, known: known ?? NIL_ID })
  const [robot] = found
  if (!robot) return undefined
  const { stamp } = robot
  if (known !== undefined && stamp === known) return { robot, stamp, entries: undefined }
  const entries = robot.entry_id === null ? [] : found.sort(byPosition).map(entryIn)
  return { robot, stamp, entries }
}

/** Nothing keeps two entries from having one position. */
const byPosition = (a: LoginRow, b: LoginRow) =>
  Number(a.position) - Number(b.position) || (String(a.entry_id) < String(b.entry_id) ? -1 : 1)
