import { rows, statement } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import type { Principal } from '../domain/principal.ts'
import { IN_ALL_REPOSITORIES as ALL, type RepositoryRole } from '../domain/repository-roles.ts'
import { Prisma } from '../generated/prisma/client.ts'

export interface RepositoryRoles {
  id: string
  namespaceId: string
  namespace: string
  repository: string
  isPublic: boolean
  /** Those of the principal itself, through its teams, and as administrator of the namespace. */
  roles: RepositoryRole[]
}

/** In a subquery, as the arrays below: PostgreSQL would plan for just this one. */
const ID = '(SELECT $id::uuid)'

/** An SQL array of the roles of a principal of one kind in repository `p` of namespace `n`. @param id the principal's */
const memberRoles = (column: 'robot_id' | 'user_id', id = ID) => `ARRAY(
    SELECT g.role::text FROM repository_permissions g
    WHERE g.repository_id = p.id AND g.${column} = ${id}
    UNION ALL
    SELECT g.role::text FROM repository_permissions g JOIN team_members m ON m.team_id = g.team_id
    WHERE g.repository_id = p.id AND m.${column} = ${id}
    UNION ALL
    SELECT '${ALL.role}' FROM team_members m
    WHERE m.${column} = ${id}
      AND (SELECT t.organization_id = n.id AND t.role = '${ALL.of}' FROM teams t WHERE t.id = m.team_id)
    UNION ALL
    SELECT '${ALL.role}' WHERE n.id = ${id})`

const ROLES = {
  robot: memberRoles('robot_id'),
  user: memberRoles('user_id'),
  administrator: `ARRAY(SELECT '${ALL.role}' WHERE n.id = ${ID})`,
  nobody: 'ARRAY[]::text[]',
}

/** The parameters that name repositories. */
export interface RepositoriesWanted {
  /** Of the repositories, in the order of their names. */
  namespaces: string[]
  repositories: string[]
}

interface RolesWanted extends RepositoriesWanted {
  /** The principal's. */
  id: string | null
}

/** What a request names. */
export type RepositoryPath = Pick<RepositoryRoles, 'namespace' | 'repository'>

export const wantedRepositories = (names: readonly RepositoryPath[]): RepositoriesWanted => ({
  namespaces: names.map(({ namespace }) => namespace),
  repositories: names.map(({ repository }) => repository),
})

/**
 * The arrays are read in subqueries. Otherwise PostgreSQL would look at the number of their items, prefer a plan for just
 * that number, and so plan each request anew, which takes several times as long as running it. Without the limits it may
 * read all namespaces, and all repositories of one.
 */
const selectWanted = (roles: string) => `
    SELECT p.id, n.id AS "namespaceId", n.name AS namespace, p.name AS repository,
           p.visibility = 'public' AS "isPublic", ${roles} AS roles
    FROM unnest((SELECT $namespaces::text[]), (SELECT $repositories::text[])) AS wanted (namespace, repository)
    CROSS JOIN LATERAL (SELECT id, name FROM namespaces WHERE name = wanted.namespace AND enabled LIMIT 1) n
    CROSS JOIN LATERAL (SELECT id, name, visibility FROM repositories
                        WHERE namespace_id = n.id AND name = wanted.repository LIMIT 1) p`

/** Selects `RepositoryRoles` of `robots r`, in the repositories that the parameters name. */
export const WANTED_OF_ROBOT = selectWanted(memberRoles('robot_id', 'r.id'))

const findRolesOf = (kind: keyof typeof ROLES) =>
  statement<RepositoryRoles, RolesWanted>(
    `find_repository_roles_of_${kind}`,
    selectWanted(ROLES[kind]),
  )

export const FIND_ROLES = {
  robot: findRolesOf('robot'),
  user: findRolesOf('user'),
  administrator: findRolesOf('administrator'),
  nobody: findRolesOf('nobody'),
}

/**
 * The roles of a principal in several repositories, in one statement; repositories that do not exist are left
 * out, and one that is named twice can be there twice.
 */
export const findRepositoryRoles = (
  db: DbOrTx,
  principal: Principal,
  names: readonly RepositoryPath[],
): Promise<RepositoryRoles[]> =>
  rows(db, FIND_ROLES[principal.kind], {
    ...wantedRepositories(names),
    id: principal.kind === 'nobody' ? null : principal.id,
  })

/** Whether a principal administers a namespace, whatever its token lets it do. */
export async function administers(db: DbOrTx, principal: Principal, namespaceId: string) {
  if (principal.kind === 'nobody') return false
  const { kind, id } = principal
  if (kind === 'administrator') return id === namespaceId
  if (kind === 'user' && id === namespaceId) return true
  const column = kind === 'robot' ? Prisma.sql`robot_id` : Prisma.sql`user_id`
  const found = await db.$queryRaw<unknown[]>(Prisma.sql`
    SELECT 1 FROM team_members m JOIN teams t ON t.id = m.team_id
    WHERE t.organization_id = ${namespaceId}::uuid AND t.role::text = ${ALL.of}
      AND m.${column} = ${id}::uuid LIMIT 1`)
  return found.length > 0
}
