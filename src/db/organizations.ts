import type { OrganizationRole } from '../domain/organization-access.ts'
import { Prisma } from '../generated/prisma/client.ts'
import type { DbOrTx } from './client.ts'

export interface TeamSummary {
  name: string
  description: string
  role: OrganizationRole
  isMember: boolean
  repositories: number
  members: number
}

/** The teams of an organization in the order of their creation, as one user sees them. */
export const listTeams = (db: DbOrTx, organizationId: string, userId: string) =>
  db.$queryRaw<TeamSummary[]>(Prisma.sql`
    SELECT t.name, t.description, t.role::text AS role,
           EXISTS (SELECT FROM team_members m
                   WHERE m.team_id = t.id AND m.user_id = ${userId}::uuid) AS "isMember",
           (SELECT count(*)::int FROM repository_permissions p WHERE p.team_id = t.id) AS repositories,
           (SELECT count(*)::int FROM team_members m WHERE m.team_id = t.id) AS members
    FROM teams t WHERE t.organization_id = ${organizationId}::uuid ORDER BY t.id`)

export interface Membership {
  id: string
  name: string
  email: string | null
  roles: OrganizationRole[]
}

/** The organizations in which a user is in a team, by name. */
export const listMemberships = (db: DbOrTx, userId: string) =>
  db.$queryRaw<Membership[]>(Prisma.sql`
    SELECT n.id, n.name, n.email, array_agg(t.role::text) AS roles
    FROM team_members m JOIN teams t ON t.id = m.team_id JOIN namespaces n ON n.id = t.organization_id
    WHERE m.user_id = ${userId}::uuid GROUP BY n.id, n.name, n.email ORDER BY n.name`)

export const insertTeam = (
  db: DbOrTx,
  team: {
    id: string
    organizationId: string
    name: string
    role: OrganizationRole
    createdAt: Date
  },
) => db.team.create({ data: team, select: { id: true } })

export const insertTeamMember = (
  db: DbOrTx,
  member: { id: string; teamId: string; userId: string },
) => db.teamMember.create({ data: member, select: { id: true } })
