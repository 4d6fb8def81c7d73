import type { DbOrTx, Tx } from '../db/types.ts'
import { CREATING_ROLES } from '../domain/repository-creation.ts'
import type { RepositoryRole } from '../domain/repository-roles.ts'
import { Prisma } from '../generated/prisma/client.ts'
import type { Visibility } from './repositories.ts'

/** Who gets a repository by pushing to it. */
export interface Creator {
  kind: 'robot' | 'user'
  id: string
}

const COLUMN = { robot: Prisma.sql`robot_id`, user: Prisma.sql`user_id` }
const TABLE = { robot: Prisma.sql`robots`, user: Prisma.sql`namespaces` }

export interface CreatableNamespace {
  id: string
  name: string
}

/** In which of the named namespaces the creator may create repositories, in one statement. */
export const findCreatableNamespaces = (
  db: DbOrTx,
  { kind, id }: Creator,
  names: readonly string[],
): Promise<CreatableNamespace[]> =>
  db.$queryRaw<CreatableNamespace[]>(Prisma.sql`
    SELECT n.id, n.name FROM namespaces n
    WHERE n.enabled AND n.name IN (${Prisma.join(names)})
      AND (n.id = ${id}::uuid
        OR EXISTS (SELECT FROM team_members m JOIN teams t ON t.id = m.team_id
                   WHERE t.organization_id = n.id AND t.role::text IN (${Prisma.join(CREATING_ROLES)})
                     AND m.${COLUMN[kind]} = ${id}::uuid))`)

interface PushedRepository {
  id: string
  namespace: CreatableNamespace
  name: string
  visibility: Visibility
  createdAt: Date
}

/**
 * Creates a repository; its namespace cannot be deleted until the transaction ends.
 *
 * @returns whether it was created: there may be one by now, and the namespace may be gone, or have another name
 */
export async function insertPushedRepository(tx: Tx, repository: PushedRepository) {
  const count = await tx.$executeRaw(Prisma.sql`
    INSERT INTO repositories (id, namespace_id, name, visibility, created_at)
    SELECT ${repository.id}::uuid, n.id, ${repository.name}::varchar,
           ${repository.visibility}::visibility, ${repository.createdAt}::timestamptz
    FROM namespaces n
    WHERE n.id = ${repository.namespace.id}::uuid AND n.name = ${repository.namespace.name} AND n.enabled
    FOR KEY SHARE
    ON CONFLICT (namespace_id, name) DO NOTHING`)
  return count > 0
}

/** @returns whether the creator, who is held until the transaction ends, still exists */
export async function insertCreatorPermission(
  tx: Tx,
  permission: { id: string; repositoryId: string; creator: Creator; role: RepositoryRole },
) {
  const { kind, id } = permission.creator
  const count = await tx.$executeRaw(Prisma.sql`
    INSERT INTO repository_permissions (id, repository_id, role, ${COLUMN[kind]})
    SELECT ${permission.id}::uuid, ${permission.repositoryId}::uuid, ${permission.role}::repository_role, c.id
    FROM ${TABLE[kind]} c WHERE c.id = ${id}::uuid FOR KEY SHARE`)
  return count > 0
}
