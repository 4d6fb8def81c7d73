import { isName } from '../domain/names.ts'
import { Prisma } from '../generated/prisma/client.ts'
import type { DbOrTx } from './client.ts'

/** A robot as stored. Its token is sealed: see `services/robot-secrets.ts`. */
export interface RobotRow {
  id: string
  name: string
  description: string
  credentialId: string
  tokenKeyId: string
  tokenSealed: Uint8Array<ArrayBuffer>
  createdAt: Date
  lastAccessedAt: Date | null
}

export interface RobotListRow extends RobotRow {
  /** Names, in order; null unless asked for. */
  teams: string[] | null
  repositories: string[] | null
}

const ROBOT_FIELDS = {
  id: true,
  name: true,
  description: true,
  credentialId: true,
  tokenKeyId: true,
  tokenSealed: true,
  createdAt: true,
  lastAccessedAt: true,
} satisfies Prisma.RobotSelect

export const findRobot = async (db: DbOrTx, namespaceId: string, name: string) =>
  isName(name)
    ? db.robot.findUnique({
        where: { namespaceId_name: { namespaceId, name } },
        select: { ...ROBOT_FIELDS, unstructuredMetadata: true },
      })
    : null

/** Its key alone, for operations on what hangs off a robot. */
export async function findRobotId(db: DbOrTx, namespaceId: string, name: string) {
  if (!isName(name)) return undefined
  const robot = await db.robot.findUnique({
    where: { namespaceId_name: { namespaceId, name } },
    select: { id: true },
  })
  return robot?.id
}

export const insertRobot = (db: DbOrTx, robot: Prisma.RobotUncheckedCreateInput) =>
  db.robot.create({ data: robot, select: ROBOT_FIELDS })

/** @returns whether there was such a robot; what hangs off it goes with it */
export const deleteRobot = async (db: DbOrTx, namespaceId: string, name: string) =>
  isName(name) && (await db.robot.deleteMany({ where: { namespaceId, name } })).count > 0

export interface RobotCredential {
  credentialId: string
  tokenKeyId: string
  tokenSealed: Uint8Array<ArrayBuffer>
  tokenDigest: Uint8Array<ArrayBuffer>
}

/** @returns undefined where the robot is gone */
export const updateRobotCredential = async (
  db: DbOrTx,
  id: string,
  credential: RobotCredential,
): Promise<RobotRow | undefined> =>
  (await db.robot.updateManyAndReturn({ where: { id }, data: credential, select: ROBOT_FIELDS }))[0]

export interface RobotPage {
  /** Undefined: all. */
  limit: number | undefined
  /** The last name of the page before. */
  after: string | undefined
  withPermissions: boolean
}

/** The robots of a namespace by name, in one statement: teams and repositories are gathered per robot. */
export const listRobots = (db: DbOrTx, namespaceId: string, page: RobotPage) => {
  const gathered = page.withPermissions
    ? Prisma.sql`
        ARRAY(SELECT t.name FROM team_members m JOIN teams t ON t.id = m.team_id
              WHERE m.robot_id = r.id ORDER BY t.name) AS teams,
        ARRAY(SELECT p.name FROM repository_permissions g JOIN repositories p ON p.id = g.repository_id
              WHERE g.robot_id = r.id ORDER BY p.name) AS repositories`
    : Prisma.sql`NULL AS teams, NULL AS repositories`
  const after = page.after === undefined ? Prisma.empty : Prisma.sql`AND r.name > ${page.after}`
  const limit = page.limit === undefined ? Prisma.empty : Prisma.sql`LIMIT ${page.limit}`
  return db.$queryRaw<RobotListRow[]>(Prisma.sql`
    SELECT r.id, r.name, r.description, r.credential_id AS "credentialId",
           r.token_key_id AS "tokenKeyId", r.token_sealed AS "tokenSealed",
           r.created_at AS "createdAt", r.last_accessed_at AS "lastAccessedAt", ${gathered}
    FROM robots r WHERE r.namespace_id = ${namespaceId}::uuid ${after}
    ORDER BY r.name ${limit}`)
}

export interface RobotGrant {
  repository: string
  isPublic: boolean
  role: 'read' | 'write' | 'admin'
}

/** The repositories granted to the robot itself, not through teams. */
export const listRobotGrants = (db: DbOrTx, robotId: string) =>
  db.$queryRaw<RobotGrant[]>(Prisma.sql`
    SELECT p.name AS repository, p.visibility = 'public' AS "isPublic", g.role::text AS role
    FROM repository_permissions g JOIN repositories p ON p.id = g.repository_id
    WHERE g.robot_id = ${robotId}::uuid ORDER BY p.name`)
