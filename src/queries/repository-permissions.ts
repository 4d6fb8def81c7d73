import type { DbOrTx, Tx } from '../db/types.ts'
import type { Grantee } from '../domain/grantee.ts'
import { PAGE_SIZE, type Slice } from '../domain/page.ts'
import type { RepositoryRole } from '../domain/repository-roles.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { GRANTEE_COLUMN, type HeldGrantee, selectGrantee } from './grantees.ts'

/** A repository, as far as its permissions need it. */
interface RepositoryKey {
  id: string
  namespace: { id: string; name: string }
}

export interface AccountPermission {
  role: RepositoryRole
  /** Of a robot, the full name. */
  name: string
  isRobot: boolean
  /** Whether it is in a team of the organization, or its robot; null where a user owns the repository. */
  isMember: boolean | null
}

const selectAccountPermissions = (repositoryId: string, condition: Prisma.Sql) => Prisma.sql`
  SELECT g.role::text AS role, COALESCE(u.name, n.name || '+' || r.name) AS name,
         r.id IS NOT NULL AS "isRobot",
         CASE WHEN n.kind = 'organization' THEN r.id IS NOT NULL OR EXISTS (
           SELECT FROM team_members m JOIN teams t ON t.id = m.team_id
           WHERE t.organization_id = n.id AND m.user_id = u.id) END AS "isMember"
  FROM repository_permissions g JOIN repositories p ON p.id = g.repository_id
  JOIN namespaces n ON n.id = p.namespace_id
  LEFT JOIN namespaces u ON u.id = g.user_id LEFT JOIN robots r ON r.id = g.robot_id
  WHERE g.repository_id = ${repositoryId}::uuid AND ${condition}`

/** The roles given to users and robots themselves, by name. */
export const listAccountPermissions = (
  db: DbOrTx,
  repositoryId: string,
  { after = '', limit }: Slice,
) =>
  db.$queryRaw<AccountPermission[]>(Prisma.sql`
    SELECT * FROM (${selectAccountPermissions(repositoryId, Prisma.sql`num_nonnulls(u.id, r.id) = 1`)}) account
    WHERE name > ${after} ORDER BY name LIMIT ${limit}`)

export async function findAccountPermission(
  db: DbOrTx,
  repository: RepositoryKey,
  account: Grantee,
): Promise<AccountPermission | undefined> {
  const rows = await db.$queryRaw<AccountPermission[]>(
    selectAccountPermissions(repository.id, isFor(account, repository)),
  )
  return rows[0]
}

export interface TeamPermission {
  role: RepositoryRole
  name: string
}

/** The roles given to teams, by name. */
export const listTeamPermissions = (
  db: DbOrTx,
  repositoryId: string,
  { after = '', limit }: Slice,
) =>
  db.$queryRaw<TeamPermission[]>(Prisma.sql`
    SELECT g.role::text AS role, t.name
    FROM repository_permissions g JOIN teams t ON t.id = g.team_id
    WHERE g.repository_id = ${repositoryId}::uuid AND t.name > ${after}
    ORDER BY t.name LIMIT ${limit}`)

export async function findRole(
  db: DbOrTx,
  repository: RepositoryKey,
  grantee: Grantee,
): Promise<RepositoryRole | undefined> {
  const rows = await db.$queryRaw<{ role: RepositoryRole }[]>(Prisma.sql`
    SELECT g.role::text AS role FROM repository_permissions g
    WHERE g.repository_id = ${repository.id}::uuid AND ${isFor(grantee, repository)}`)
  return rows[0]?.role
}

/** The role given to an account itself and those that its teams have, each as often as it is given. */
export async function listRolesOf(
  db: DbOrTx,
  repository: RepositoryKey,
  account: Grantee,
): Promise<RepositoryRole[]> {
  const id = selectGrantee(account, repository.namespace.id)
  const column = GRANTEE_COLUMN[account.kind]
  const rows = await db.$queryRaw<{ role: RepositoryRole }[]>(Prisma.sql`
    SELECT g.role::text AS role FROM repository_permissions g
    WHERE g.repository_id = ${repository.id}::uuid AND (g.${column} = (${id}) OR EXISTS (
      SELECT FROM team_members m WHERE m.team_id = g.team_id AND m.${column} = (${id})))
    ORDER BY g.team_id IS NOT NULL, g.role DESC LIMIT ${PAGE_SIZE.whole}`)
  return rows.map(({ role }) => role)
}

/** Gives a role, or changes the one that there is; of several requests at once the last one wins. */
export function putPermission(
  tx: Tx,
  permission: { id: string; repositoryId: string; grantee: HeldGrantee; role: RepositoryRole },
) {
  const column = GRANTEE_COLUMN[permission.grantee.kind]
  return tx.$executeRaw(Prisma.sql`
    INSERT INTO repository_permissions (id, repository_id, role, ${column})
    VALUES (${permission.id}::uuid, ${permission.repositoryId}::uuid,
            ${permission.role}::repository_role, ${permission.grantee.id}::uuid)
    ON CONFLICT (repository_id, ${column}) DO UPDATE SET role = EXCLUDED.role`)
}

/** Gives a new robot its roles. */
export const insertRobotPermissions = (
  tx: Tx,
  robotId: string,
  permissions: { id: string; repositoryId: string; role: RepositoryRole }[],
) =>
  tx.repositoryPermission.createMany({
    data: permissions.map(({ id, repositoryId, role }) => ({ id, repositoryId, role, robotId })),
  })

/** @returns whether there was such a permission */
export const deletePermission = async (tx: Tx, repository: RepositoryKey, grantee: Grantee) =>
  (await tx.$executeRaw(Prisma.sql`
    DELETE FROM repository_permissions g
    WHERE g.repository_id = ${repository.id}::uuid AND ${isFor(grantee, repository)}`)) > 0

const isFor = (grantee: Grantee, { namespace }: RepositoryKey) =>
  Prisma.sql`g.${GRANTEE_COLUMN[grantee.kind]} = (${selectGrantee(grantee, namespace.id)})`
