import type { DbOrTx, Tx } from '../db/types.ts'
import { isName, parseRobotFullName } from '../domain/names.ts'
import type { Slice } from '../domain/page.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { MOST_GATHERED } from './grants.ts'
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

/** The column and id by which rows refer to a member. */
export const memberKey = ({ id, isRobot }: MemberCandidate): MemberKey =>
  isRobot ? { robotId: id } : { userId: id }

/** Selects a user by name, or a robot by full name, as `member`; undefined: nobody is called so. */
export function selectMemberCandidate(name: string): Prisma.Sql | undefined {
  const robot = parseRobotFullName(name)
  if (robot) {
    return Prisma.sql`
      SELECT member.id, n.name || '+' || member.name AS name, true AS "isRobot", n.id AS "ownerId"
      FROM namespaces n CROSS JOIN LATERAL (
        SELECT id, name FROM robots WHERE namespace_id = n.id AND name = ${robot.shortName} LIMIT 1) member
      WHERE n.name = ${robot.owner}`
  }
  if (!isName(name)) return undefined
  return Prisma.sql`
    SELECT member.id, member.name, false AS "isRobot", NULL AS "ownerId"
    FROM namespaces member WHERE member.name = ${name} AND member.kind = 'user'`
}

export async function findMemberCandidate(
  db: DbOrTx,
  name: string,
): Promise<MemberCandidate | undefined> {
  const query = selectMemberCandidate(name)
  const rows = query && (await db.$queryRaw<MemberCandidate[]>(query))
  return rows?.[0]
}

/**
 * The holder's teams are looked up one by one, which costs as much as there are of them. In a join, as long as PostgreSQL
 * has no statistics, it may read all teams of the organization for each holder.
 */
const teamsOf = (
  column: Prisma.Sql,
  id: Prisma.Sql,
  organizationId: string,
  limit: number,
) => Prisma.sql`ARRAY(
  SELECT name FROM (
    SELECT (SELECT t.name FROM teams t
            WHERE t.id = m.team_id AND t.organization_id = ${organizationId}::uuid) AS name
    FROM team_members m WHERE m.${column} = ${id}) own
  WHERE name IS NOT NULL ORDER BY name LIMIT ${limit})`

const repositoriesOf = (
  column: Prisma.Sql,
  id: Prisma.Sql,
  organizationId: string,
  limit: number,
) => Prisma.sql`ARRAY(
  SELECT g.repository_name FROM repository_permissions g
  WHERE g.${column} = ${id} AND g.namespace_id = ${organizationId}::uuid
  ORDER BY g.repository_name LIMIT ${limit})`

interface UserIn {
  id: string
  name: string
  /** Names of the first ones, at most `MOST_GATHERED` and one more; none of a collaborator. */
  teams: string[]
  repositories: string[]
}

/** Users by name: those in the teams of an organization, or those who only were given repositories of it. */
export function listUsersIn(
  db: DbOrTx,
  organizationId: string,
  who: 'members' | 'outsiders',
  { after = '', limit }: Slice,
) {
  const [column, id] = [Prisma.sql`user_id`, Prisma.sql`u.id`]
  const found =
    who === 'members'
      ? Prisma.sql`
          SELECT m.user_id FROM teams t JOIN team_members m ON m.team_id = t.id
          WHERE t.organization_id = ${organizationId}::uuid`
      : Prisma.sql`
          SELECT g.user_id FROM repositories p JOIN repository_permissions g ON g.repository_id = p.id
          WHERE p.namespace_id = ${organizationId}::uuid AND NOT EXISTS (
            SELECT FROM team_members m JOIN teams t ON t.id = m.team_id
            WHERE m.user_id = g.user_id AND t.organization_id = p.namespace_id)`
  return db.$queryRaw<UserIn[]>(Prisma.sql`
    SELECT u.id, u.name,
           ${teamsOf(column, id, organizationId, MOST_GATHERED + 1)} AS teams,
           ${repositoriesOf(column, id, organizationId, MOST_GATHERED + 1)} AS repositories
    FROM (SELECT n.id, n.name FROM (SELECT DISTINCT user_id FROM (${found}) f) d
          JOIN namespaces n ON n.id = d.user_id
          WHERE n.name > ${after} ORDER BY n.name LIMIT ${limit}) u
    ORDER BY u.name`)
}

const memberColumn = ({ isRobot }: MemberCandidate) =>
  isRobot ? Prisma.sql`robot_id` : Prisma.sql`user_id`

/** Names of the teams and the repositories that somebody has in an organization; of each no more than `limit`. */
export async function findMemberDetails(
  db: DbOrTx,
  organizationId: string,
  candidate: MemberCandidate,
  limit: number,
) {
  const column = memberColumn(candidate)
  const id = Prisma.sql`${candidate.id}::uuid`
  const rows = await db.$queryRaw<{ teams: string[]; repositories: string[] }[]>(Prisma.sql`
    SELECT ${teamsOf(column, id, organizationId, limit)} AS teams,
           ${repositoriesOf(column, id, organizationId, limit)} AS repositories`)
  return rows[0] ?? { teams: [], repositories: [] }
}

/**
 * Takes a user out of all teams and repositories of an organization.
 *
 * @returns the names of the teams, and the number of the repositories
 */
export async function removeUser(tx: Tx, organizationId: string, userId: string) {
  const teams = await tx.$queryRaw<{ name: string }[]>(Prisma.sql`
    DELETE FROM team_members m USING teams t
    WHERE m.user_id = ${userId}::uuid AND t.id = m.team_id AND t.organization_id = ${organizationId}::uuid
    RETURNING t.name`)
  const repositories = await tx.repositoryPermission.deleteMany({
    where: { userId, namespaceId: organizationId },
  })
  return { teams: teams.map(({ name }) => name).sort(), repositories: repositories.count }
}

/** Deletes the default permissions by which a user would get roles in new repositories of an organization. */
export const deleteDefaultPermissionsOf = (tx: Tx, organizationId: string, userId: string) =>
  tx.defaultPermission.deleteMany({ where: { userId, organizationId } })
