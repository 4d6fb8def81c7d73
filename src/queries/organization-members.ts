import type { DbOrTx, Tx } from '../db/types.ts'
import { isName, parseRobotFullName } from '../domain/names.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { MOST_ROWS } from './most-rows.ts'
import type { MemberKey } from './teams.ts'

/** A user or a robot, as somebody who may be a member. */
export interface MemberCandidate {
  id: string
  /** Of a robot the full one. */
  name: string
  isRobot: boolean
  /** The robot's owner. */
  ownerId: string | null
}

/** What names a member in the database. */
export const memberKey = ({ id, isRobot }: MemberCandidate): MemberKey =>
  isRobot ? { robotId: id } : { userId: id }

/**
 * A user by name, or a robot by full name.
 *
 * @param lock keeps it from being deleted until the transaction ends
 */
export async function findMemberCandidate(
  db: DbOrTx,
  name: string,
  lock: 'locked' | 'unlocked' = 'unlocked',
): Promise<MemberCandidate | undefined> {
  const robot = parseRobotFullName(name)
  if (!robot && !isName(name)) return undefined
  const query = robot
    ? Prisma.sql`
        SELECT r.id, n.name || '+' || r.name AS name, true AS "isRobot", n.id AS "ownerId"
        FROM robots r JOIN namespaces n ON n.id = r.namespace_id
        WHERE n.name = ${robot.owner} AND r.name = ${robot.shortName}
        ${lock === 'locked' ? Prisma.sql`FOR KEY SHARE OF r` : Prisma.empty}`
    : Prisma.sql`
        SELECT n.id, n.name, false AS "isRobot", NULL AS "ownerId"
        FROM namespaces n WHERE n.name = ${name} AND n.kind = 'user'
        ${lock === 'locked' ? Prisma.sql`FOR KEY SHARE` : Prisma.empty}`
  const rows = await db.$queryRaw<MemberCandidate[]>(query)
  return rows[0]
}

/** A user, and a team or a repository of the user. */
export interface MemberDetail {
  name: string
  detail: string
}

/** The users in the teams of an organization, with each team; by name, the first 10,000. */
export const listMemberTeams = (db: DbOrTx, organizationId: string) =>
  db.$queryRaw<MemberDetail[]>(Prisma.sql`
    SELECT u.name, t.name AS detail
    FROM teams t JOIN team_members m ON m.team_id = t.id JOIN namespaces u ON u.id = m.user_id
    WHERE t.organization_id = ${organizationId}::uuid ORDER BY u.name, t.name LIMIT ${MOST_ROWS}`)

/** The users who were given repositories of an organization, with each; by name, the first 10,000. */
export const listUserRepositories = (
  db: DbOrTx,
  organizationId: string,
  who: 'members' | 'outsiders',
) => {
  const inTeam = Prisma.sql`EXISTS (
    SELECT FROM team_members m JOIN teams t ON t.id = m.team_id
    WHERE m.user_id = u.id AND t.organization_id = p.namespace_id)`
  return db.$queryRaw<MemberDetail[]>(Prisma.sql`
    SELECT u.name, p.name AS detail
    FROM repositories p JOIN repository_permissions g ON g.repository_id = p.id
    JOIN namespaces u ON u.id = g.user_id
    WHERE p.namespace_id = ${organizationId}::uuid
      AND ${who === 'members' ? inTeam : Prisma.sql`NOT ${inTeam}`}
    ORDER BY u.name, p.name LIMIT ${MOST_ROWS}`)
}

const memberColumn = ({ isRobot }: MemberCandidate) =>
  isRobot ? Prisma.sql`robot_id` : Prisma.sql`user_id`

/** Names of the teams and the repositories that somebody has in an organization. */
export const findMemberDetails = async (
  db: DbOrTx,
  organizationId: string,
  candidate: MemberCandidate,
) => {
  const column = memberColumn(candidate)
  const rows = await db.$queryRaw<{ teams: string[]; repositories: string[] }[]>(Prisma.sql`
    SELECT ARRAY(
             SELECT t.name FROM team_members m JOIN teams t ON t.id = m.team_id
             WHERE m.${column} = ${candidate.id}::uuid AND t.organization_id = ${organizationId}::uuid
             ORDER BY t.name LIMIT ${MOST_ROWS}) AS teams,
           ARRAY(
             SELECT p.name FROM repository_permissions g JOIN repositories p ON p.id = g.repository_id
             WHERE g.${column} = ${candidate.id}::uuid AND p.namespace_id = ${organizationId}::uuid
             ORDER BY p.name LIMIT ${MOST_ROWS}) AS repositories`)
  return rows[0] ?? { teams: [], repositories: [] }
}

/** Takes a user out of all teams and repositories of an organization. */
export async function removeUser(tx: Tx, organizationId: string, userId: string) {
  await tx.teamMember.deleteMany({ where: { userId, team: { organizationId } } })
  await tx.defaultPermission.deleteMany({ where: { userId, organizationId } })
  await tx.repositoryPermission.deleteMany({
    where: { userId, repository: { namespaceId: organizationId } },
  })
}
