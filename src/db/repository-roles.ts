import type { Actor } from '../domain/actor.ts'
import type { RepositoryRole } from '../domain/registry-scope.ts'
import { Prisma } from '../generated/prisma/client.ts'
import type { DbOrTx } from './client.ts'

/** Whose roles are asked for. */
export type Principal =
  | { robotId: string }
  | { userId: string }
  /** An application: administrator of its organization. */
  | { administeredId: string }
  | { anonymous: true }

/** As whom an actor's roles are looked up; nobody: public repositories only. */
export function principalOf(actor: Actor | null | undefined): Principal {
  if (!actor) return { anonymous: true }
  return actor.kind === 'user' ? { userId: actor.userId } : { administeredId: actor.organizationId }
}

export interface RepositoryRoles {
  id: string
  namespaceId: string
  namespace: string
  repository: string
  isPublic: boolean
  /** Granted to the principal itself, through its teams, and as administrator of the namespace. */
  roles: RepositoryRole[]
}

/** The roles of a principal in several repositories, in one statement; repositories that do not exist are left out. */
export const findRepositoryRoles = (
  db: DbOrTx,
  principal: Principal,
  names: readonly { namespace: string; repository: string }[],
): Promise<RepositoryRoles[]> => {
  const wanted = names.map((name) => Prisma.sql`(${name.namespace}, ${name.repository})`)
  return db.$queryRaw<RepositoryRoles[]>(Prisma.sql`
    SELECT p.id, n.id AS "namespaceId", n.name AS namespace, p.name AS repository, p.visibility = 'public' AS "isPublic",
           ${rolesOf(principal)} AS roles
    FROM repositories p JOIN namespaces n ON n.id = p.namespace_id
    WHERE n.enabled AND (n.name, p.name) IN (VALUES ${Prisma.join(wanted)})`)
}

/** An SQL array of the principal's roles in repository `p` of namespace `n`. */
export const rolesOf = (principal: Principal) => {
  if ('anonymous' in principal) return Prisma.sql`ARRAY[]::text[]`
  if ('administeredId' in principal) {
    return Prisma.sql`ARRAY(SELECT 'admin' WHERE n.id = ${principal.administeredId}::uuid)`
  }
  const [column, id] =
    'robotId' in principal
      ? [Prisma.sql`robot_id`, principal.robotId]
      : [Prisma.sql`user_id`, principal.userId]
  return Prisma.sql`ARRAY(
    SELECT g.role::text FROM repository_permissions g
    WHERE g.repository_id = p.id AND g.${column} = ${id}::uuid
    UNION ALL
    SELECT g.role::text FROM repository_permissions g JOIN team_members m ON m.team_id = g.team_id
    WHERE g.repository_id = p.id AND m.${column} = ${id}::uuid
    UNION ALL
    SELECT 'admin' FROM team_members m JOIN teams t ON t.id = m.team_id
    WHERE t.organization_id = n.id AND t.role = 'admin' AND m.${column} = ${id}::uuid
    UNION ALL
    SELECT 'admin' WHERE n.id = ${id}::uuid)`
}
