import { lookUp, rows } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import { type Actor, memberOf } from '../domain/actor.ts'
import {
  type EntryReach,
  entryReach,
  IS_ENTRY_STILL,
  type RobotTokenKey,
} from './federation-entries.ts'
import {
  NAMED_STANDING,
  namespaceAsked,
  type Standing,
  type StandingRow,
  standingColumns,
  standingIn,
} from './memberships.ts'
import {
  LOGIN_COLUMNS,
  type RobotLogin,
  type RobotLoginRow,
  SECRETS,
  secretOf,
} from './robot-logins.ts'

/** The robot of a token. */
export interface TokenRobot extends RobotLogin {
  /** What the token's entry gives; undefined where that is gone, or says something else by now. */
  entry: EntryReach | undefined
}

type TokenRobotRow = RobotLoginRow & StandingRow & { entry_reach: string[] | null }

const selectRobot = (standing: string, columns: string) => `
  SELECT ${LOGIN_COLUMNS}, e.registry_scopes AS entry_reach, ${columns}
  FROM robots r JOIN namespaces n ON n.id = r.namespace_id ${SECRETS}
  LEFT JOIN federation_entry_rows e ON e.robot_id = r.id AND ${IS_ENTRY_STILL}
  ${standing}
  WHERE r.id = $robotId::uuid`

const FIND_ROBOT_CALLER = lookUp<TokenRobotRow, RobotTokenKey & { namespace: string | null }>(
  'find_robot_caller',
  selectRobot(NAMED_STANDING, standingColumns('robot_id', 'r.id')),
)

/** The robot of a token, and its own standing in a namespace. */
export async function findRobotCaller(
  db: DbOrTx,
  key: RobotTokenKey,
  namespace: string | undefined,
): Promise<(TokenRobot & { standing: Standing | undefined }) | undefined> {
  const values = { ...key, namespace: namespaceAsked(namespace) }
  const found = await rows(db, FIND_ROBOT_CALLER, values)
  const [row] = found
  const standing = row && namespace !== undefined ? standingIn(row, namespace) : undefined
  return row && Object.assign(robotIn(row, found), { standing })
}

const findForAsker = (column: 'user_id' | 'robot_id') =>
  lookUp<TokenRobotRow, RobotTokenKey & { memberId: string }>(
    `find_token_robot_for_${column}`,
    selectRobot(
      'JOIN namespaces standing ON standing.id = n.id',
      standingColumns(column, '$memberId::uuid'),
    ),
  )

export const FIND_TOKEN_ROBOT = {
  user: findForAsker('user_id'),
  robot: findForAsker('robot_id'),
}

/** The robot of a token, and the standing of who asks about it in the namespace of its owner. */
export async function findTokenRobot(
  db: DbOrTx,
  key: RobotTokenKey,
  asker: Actor | undefined,
): Promise<(TokenRobot & { standing: Standing }) | undefined> {
  const { kind, id: memberId } = memberOf(asker)
  const found = await rows(db, FIND_TOKEN_ROBOT[kind], { ...key, memberId })
  const [row] = found
  return row && Object.assign(robotIn(row, found), { standing: standingIn(row, row.ownerName) })
}

/** There is a row for each secret. */
const robotIn = (row: TokenRobotRow, found: TokenRobotRow[]): TokenRobot =>
  Object.assign(row, {
    secrets: found.map(secretOf),
    entry: row.entry_reach === null ? undefined : entryReach(row.entry_reach),
  })
