import { rows, statement } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import { isId } from '../domain/ids.ts'
import type { Slice } from '../domain/page.ts'
import type { Scope } from '../domain/scopes.ts'
import { Prisma } from '../generated/prisma/client.ts'
import {
  NAMED_STANDING,
  namespaceAsked,
  type Standing,
  type StandingRow,
  standingColumns,
  standingIn,
} from './memberships.ts'
import { CHECKED_COLUMNS, type CheckedRobot } from './robot-logins.ts'

/** An API token of a robot as it is shown. */
export interface RobotApiTokenRow {
  id: string
  name: string
  scopes: Scope[]
  createdAt: Date
  expiresAt: Date
  lastAccessedAt: Date | null
  /** The user who made it; null where there is none of this name any more. */
  createdBy: string | null
}

/** Those that have expired as well, newest first. */
export const listRobotApiTokens = (db: DbOrTx, robotId: string, { limit, after }: Slice) =>
  db.$queryRaw<RobotApiTokenRow[]>(Prisma.sql`
    SELECT t.id, t.name, t.scopes, t.created_at AS "createdAt", t.expires_at AS "expiresAt",
           t.last_accessed_at AS "lastAccessedAt", n.name AS "createdBy"
    FROM robot_api_tokens t LEFT JOIN namespaces n ON n.id = t.creator_id
    WHERE t.robot_id = ${robotId}::uuid
      ${after === undefined ? Prisma.empty : Prisma.sql`AND t.id < ${after}::uuid`}
    ORDER BY t.id DESC LIMIT ${limit}`)

export const countLiveRobotApiTokens = (db: DbOrTx, robotId: string, now: Date) =>
  db.robotApiToken.count({ where: { robotId, expiresAt: { gt: now } } })

/** Deletes those that have expired but for the newest. */
export const thinOutRobotApiTokens = (
  db: DbOrTx,
  robotId: string,
  { now, keep }: { now: Date; keep: number },
) =>
  db.$executeRaw(Prisma.sql`
    DELETE FROM robot_api_tokens WHERE id IN (
      SELECT id FROM robot_api_tokens WHERE robot_id = ${robotId}::uuid AND expires_at <= ${now}
      ORDER BY id DESC OFFSET ${keep})`)

export const insertRobotApiToken = (db: DbOrTx, token: Prisma.RobotApiTokenUncheckedCreateInput) =>
  db.robotApiToken.create({ data: token, select: { id: true } })

/** @returns whether the robot had such a token */
export const deleteRobotApiToken = async (db: DbOrTx, robotId: string, id: string) =>
  isId(id) && (await db.robotApiToken.deleteMany({ where: { id, robotId } })).count > 0

/** A token with its robot, to check a call. */
export interface RobotApiTokenLogin extends CheckedRobot {
  tokenId: string
  tokenName: string
  digest: Uint8Array
  scopes: Scope[]
  tokenExpiresAt: Date
  tokenLastAccessedAt: Date | null
  /** Of the robot, where it was asked for. */
  standing?: Standing | undefined
}

const FIND_ROBOT_API_TOKEN = statement<
  RobotApiTokenLogin & StandingRow,
  { code: string; namespace: string | null }
>(
  'find_robot_api_token',
  `
  SELECT ${CHECKED_COLUMNS}, t.id AS "tokenId", t.name AS "tokenName", t.digest, t.scopes,
         t.expires_at AS "tokenExpiresAt", t.last_accessed_at AS "tokenLastAccessedAt",
         ${standingColumns('robot_id', 'r.id')}
  FROM robot_api_tokens t JOIN robots r ON r.id = t.robot_id JOIN namespaces n ON n.id = r.namespace_id
  ${NAMED_STANDING}
  WHERE t.code = $code`,
)

/** @param namespace in which the robot's standing is asked for */
export async function findRobotApiToken(
  db: DbOrTx,
  code: string,
  namespace?: string,
): Promise<RobotApiTokenLogin | undefined> {
  const values = { code, namespace: namespaceAsked(namespace) }
  const [found] = await rows(db, FIND_ROBOT_API_TOKEN, values)
  if (!found || namespace === undefined) return found
  return { ...found, standing: standingIn(found, namespace) }
}
