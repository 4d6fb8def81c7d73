import type { DbOrTx, Tx } from '../db/types.ts'
import { isId, NIL_ID } from '../domain/ids.ts'
import type { Slice } from '../domain/page.ts'
import type { RepositoryRole } from '../domain/repository-roles.ts'
import { Prisma } from '../generated/prisma/client.ts'
import type { HeldGrantee } from './grantees.ts'

export interface DefaultPermissionRow {
  id: string
  role: RepositoryRole
  kind: HeldGrantee['kind']
  /** Of a robot, the full name. */
  name: string
  /** Whether the user is in a team of the organization. */
  isMember: boolean
  activatingUser: string | null
  activatingIsMember: boolean
}

const isMember = (userId: Prisma.Sql) => Prisma.sql`EXISTS (
  SELECT FROM team_members m JOIN teams t ON t.id = m.team_id
  WHERE t.organization_id = o.id AND m.user_id = ${userId})`

const selectDefaultPermissions = (
  organizationId: string,
  condition: Prisma.Sql,
  limit: number,
) => Prisma.sql`
  SELECT d.id, d.role::text AS role,
         CASE WHEN d.user_id IS NOT NULL THEN 'user' WHEN d.robot_id IS NOT NULL THEN 'robot'
              ELSE 'team' END AS kind,
         COALESCE(u.name, o.name || '+' || r.name, t.name) AS name,
         ${isMember(Prisma.sql`u.id`)} AS "isMember",
         a.name AS "activatingUser",
         ${isMember(Prisma.sql`a.id`)} AS "activatingIsMember"
  FROM default_permissions d JOIN namespaces o ON o.id = d.organization_id
  LEFT JOIN namespaces u ON u.id = d.user_id LEFT JOIN robots r ON r.id = d.robot_id
  LEFT JOIN teams t ON t.id = d.team_id LEFT JOIN namespaces a ON a.id = d.activating_user_id
  WHERE d.organization_id = ${organizationId}::uuid AND ${condition}
  ORDER BY d.id LIMIT ${limit}`

/** In the order of their creation. */
export const listDefaultPermissions = (
  db: DbOrTx,
  organizationId: string,
  { after = NIL_ID, limit }: Slice,
) =>
  db.$queryRaw<DefaultPermissionRow[]>(
    selectDefaultPermissions(organizationId, Prisma.sql`d.id > ${after}::uuid`, limit),
  )

export async function findDefaultPermission(
  db: DbOrTx,
  organizationId: string,
  id: string,
): Promise<DefaultPermissionRow | undefined> {
  if (!isId(id)) return undefined
  const rows = await db.$queryRaw<DefaultPermissionRow[]>(
    selectDefaultPermissions(organizationId, Prisma.sql`d.id = ${id}::uuid`, 1),
  )
  return rows[0]
}

export const countDefaultPermissions = (tx: Tx, organizationId: string) =>
  tx.defaultPermission.count({ where: { organizationId } })

export function insertDefaultPermission(
  tx: Tx,
  permission: {
    id: string
    organizationId: string
    role: RepositoryRole
    activatingUserId: string | null
    grantee: HeldGrantee
  },
) {
  const { grantee, ...data } = permission
  return tx.defaultPermission.create({
    data: { ...data, [`${grantee.kind}Id`]: grantee.id },
    select: { id: true },
  })
}

/** @returns whether there was such a default permission */
export const updateDefaultPermission = async (
  tx: Tx,
  organizationId: string,
  id: string,
  role: RepositoryRole,
) =>
  (await tx.defaultPermission.updateMany({ where: { id, organizationId }, data: { role } })).count >
  0

/** @returns whether there was such a default permission */
export const deleteDefaultPermission = async (tx: Tx, organizationId: string, id: string) =>
  (await tx.defaultPermission.deleteMany({ where: { id, organizationId } })).count > 0

interface NewRepository {
  repositoryId: string
  namespaceId: string
  /** The user who creates it. */
  creatorId: string | undefined
}

/**
 * Gives the roles that the organization's default permissions provide for a new repository. Where several are for the same
 * user, robot or team, one for repositories of the creating user is used before the others, then the highest role. The
 * creator keeps the role that is there already. The rows are locked, so that nobody who is to get a role can be deleted
 * before the transaction ends.
 */
export function applyDefaultPermissions(tx: Tx, repository: NewRepository) {
  const creatorId = repository.creatorId ?? null
  return tx.$executeRaw(Prisma.sql`
    WITH applicable AS (
      SELECT role, user_id, robot_id, team_id, activating_user_id FROM default_permissions
      WHERE organization_id = ${repository.namespaceId}::uuid
        AND (activating_user_id IS NULL OR activating_user_id = ${creatorId}::uuid)
      FOR KEY SHARE)
    INSERT INTO repository_permissions (id, repository_id, role, user_id, robot_id, team_id)
    SELECT DISTINCT ON (user_id, robot_id, team_id)
           gen_random_uuid(), ${repository.repositoryId}::uuid, role, user_id, robot_id, team_id
    FROM applicable
    ORDER BY user_id, robot_id, team_id, activating_user_id NULLS LAST, role DESC
    ON CONFLICT DO NOTHING`)
}
