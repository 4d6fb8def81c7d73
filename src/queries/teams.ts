import type { DbOrTx, Tx } from '../db/types.ts'
import type { AdminLoss } from '../domain/last-admin-rules.ts'
import { isName } from '../domain/names.ts'
import type { OrganizationRole } from '../domain/organization-roles.ts'
import type { Slice } from '../domain/page.ts'
import { administersAll, type Grant, IN_ALL_REPOSITORIES } from '../domain/repository-roles.ts'
import { Prisma } from '../generated/prisma/client.ts'

export interface TeamRow {
  id: string
  name: string
  role: OrganizationRole
  description: string
}

const TEAM_FIELDS = { id: true, name: true, role: true, description: true } as const

export const findTeam = async (
  db: DbOrTx,
  organizationId: string,
  name: string,
): Promise<TeamRow | null> =>
  isName(name)
    ? db.team.findUnique({
        where: { organizationId_name: { organizationId, name } },
        select: TEAM_FIELDS,
      })
    : null

export const updateTeam = (
  db: DbOrTx,
  id: string,
  changes: { role: OrganizationRole; description: string },
): Promise<TeamRow> => db.team.update({ where: { id }, data: changes, select: TEAM_FIELDS })

/** Members, permissions and default permissions of the team go with it. */
export const deleteTeam = (db: DbOrTx, id: string) =>
  db.team.delete({ where: { id }, select: { id: true } })

export interface TeamMember {
  /** Of robots the full one. */
  name: string
  isRobot: boolean
}

/** The members of a team by name. */
export const listTeamMembers = (db: DbOrTx, teamId: string, { after = '', limit }: Slice) =>
  db.$queryRaw<TeamMember[]>(Prisma.sql`
    SELECT name, "isRobot" FROM (
      SELECT COALESCE(u.name, o.name || '+' || r.name) AS name, r.id IS NOT NULL AS "isRobot"
      FROM team_members m LEFT JOIN namespaces u ON u.id = m.user_id
      LEFT JOIN robots r ON r.id = m.robot_id LEFT JOIN namespaces o ON o.id = r.namespace_id
      WHERE m.team_id = ${teamId}::uuid) member
    WHERE name > ${after} ORDER BY name LIMIT ${limit}`)

export const isTeamMember = async (db: DbOrTx, teamId: string, userId: string) =>
  (await db.teamMember.findUnique({
    where: { teamId_userId: { teamId, userId } },
    select: { id: true },
  })) !== null

/**
 * The roles that members of a team have in repositories, repositories to come included; a team of administrators has one in
 * all of its organization.
 */
export async function findTeamRoles(
  tx: Tx,
  team: Pick<TeamRow, 'id' | 'role'>,
): Promise<Grant['role'][]> {
  if (administersAll(team.role)) return [IN_ALL_REPOSITORIES.role]
  const found = await tx.$queryRaw<Pick<Grant, 'role'>[]>(Prisma.sql`
    SELECT role::text FROM repository_permissions WHERE team_id = ${team.id}::uuid
    UNION SELECT role::text FROM default_permissions WHERE team_id = ${team.id}::uuid`)
  return found.map(({ role }) => role)
}

/** A user's or a robot's key. */
export type MemberKey = { userId: string } | { robotId: string }

/** Whether a user or a robot is in a team. */
export const hasTeamMember = async (db: DbOrTx, teamId: string, member: MemberKey) =>
  (await db.teamMember.findFirst({ where: { teamId, ...member }, select: { id: true } })) !== null

/** Who administers an organization: names of users, and full names of robots; at most `limit`. */
export async function listAdministrators(db: DbOrTx, organizationId: string, limit: number) {
  const found = await db.$queryRaw<{ name: string }[]>(Prisma.sql`
    SELECT DISTINCT COALESCE(u.name, o.name || '+' || r.name) AS name
    FROM teams t JOIN team_members m ON m.team_id = t.id LEFT JOIN namespaces u ON u.id = m.user_id
    LEFT JOIN robots r ON r.id = m.robot_id LEFT JOIN namespaces o ON o.id = r.namespace_id
    WHERE t.organization_id = ${organizationId}::uuid AND t.role = 'admin' ORDER BY name LIMIT ${limit}`)
  return found.map(({ name }) => name)
}

export const insertTeamMember = (db: DbOrTx, member: { id: string; teamId: string } & MemberKey) =>
  db.teamMember.create({ data: member, select: { id: true } })

/** @returns whether there was such a member */
export const deleteTeamMember = async (db: DbOrTx, teamId: string, member: MemberKey) =>
  (await db.teamMember.deleteMany({ where: { teamId, ...member } })).count > 0

/** Who would leave teams of administrators: a whole team, one of its users, or a user in all teams. */
type Leaving = { teamId: string; userId?: string } | { userId: string }

/** What that would do to the administrators. True for as long as `lockOrganization` is held. */
export async function findAdminLoss(
  tx: Tx,
  organizationId: string,
  leaving: Leaving,
  callerId: string,
): Promise<AdminLoss> {
  const leaves = Prisma.join(
    [
      'teamId' in leaving ? Prisma.sql`t.id = ${leaving.teamId}::uuid` : undefined,
      leaving.userId ? Prisma.sql`u.id = ${leaving.userId}::uuid` : undefined,
    ].filter((condition) => condition !== undefined),
    ' AND ',
  )
  const found = await tx.$queryRaw<AdminLoss[]>(Prisma.sql`
    WITH admins AS (
      SELECT t.id AS team_id, u.id AS user_id, u.enabled, (${leaves}) AS leaves
      FROM teams t JOIN team_members m ON m.team_id = t.id JOIN namespaces u ON u.id = m.user_id
      WHERE t.organization_id = ${organizationId}::uuid AND t.role = 'admin')
    SELECT EXISTS (SELECT FROM admins WHERE leaves) AS "affectsSomebody",
           EXISTS (SELECT FROM admins WHERE enabled AND NOT leaves) AS "leavesSomebody",
           ARRAY(SELECT team_id::text FROM admins WHERE user_id = ${callerId}::uuid) AS "callerTeamIds"`)
  const [loss] = found
  if (!loss) throw new Error('a query without FROM gave no row')
  return loss
}

export const insertTeam = (
  db: DbOrTx,
  team: {
    id: string
    organizationId: string
    name: string
    role: OrganizationRole
    description?: string
    createdAt: Date
  },
) => db.team.create({ data: team, select: { id: true } })
