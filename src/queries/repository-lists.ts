import type { DbOrTx } from '../db/types.ts'
import { isName } from '../domain/names.ts'
import { Prisma } from '../generated/prisma/client.ts'
import type { Principal } from './repository-roles.ts'

interface RepositoryRow {
  namespaceId: string
  namespace: string
  name: string
  description: string
  isPublic: boolean
}

interface RepositoryFilter {
  /** Undefined: any. */
  namespace: string | undefined
  /** Whose roles open a repository; `everybody`: no role is needed. */
  reader: Principal | 'everybody'
  /** Whether public repositories are listed without a role, too. */
  withPublic: boolean
  /** The last repository of the page before. */
  after: { namespaceId: string; name: string } | undefined
  limit: number
}

/**
 * Repositories by namespace, in the order in which those were made, and name. The page is put together from the
 * beginnings of several lists, each of which an index has in this order: however many repositories there are, those
 * that are not shown are not read, but for those that are granted one by one.
 */
export async function listRepositories(
  db: DbOrTx,
  filter: RepositoryFilter,
): Promise<RepositoryRow[]> {
  if (filter.namespace !== undefined && !isName(filter.namespace)) return []
  const lists = listsFor(filter)
  if (lists.length === 0) return []
  return db.$queryRaw<RepositoryRow[]>(Prisma.sql`
    SELECT DISTINCT ON (namespace_id, name) namespace_id AS "namespaceId", name, description,
           (SELECT n.name FROM namespaces n WHERE n.id = namespace_id) AS namespace,
           visibility = 'public' AS "isPublic"
    FROM (${Prisma.join(lists, ' UNION ALL ')}) AS found
    ORDER BY namespace_id, name LIMIT ${filter.limit}`)
}

function listsFor(filter: RepositoryFilter): Prisma.Sql[] {
  const { reader, withPublic } = filter
  const all = Prisma.sql`TRUE`
  if (reader === 'everybody') return [listWhere(all, filter)]
  const lists = withPublic ? [listWhere(Prisma.sql`p.visibility = 'public'`, filter)] : []
  if ('administeredId' in reader) {
    return [
      ...lists,
      listWhere(Prisma.sql`p.namespace_id = ${reader.administeredId}::uuid`, filter),
    ]
  }
  if ('anonymous' in reader) return lists
  const [column, id] =
    'robotId' in reader
      ? [Prisma.sql`robot_id`, reader.robotId]
      : [Prisma.sql`user_id`, reader.userId]
  return [
    ...lists,
    listWhere(
      Prisma.sql`p.id IN (
        SELECT g.repository_id FROM repository_permissions g WHERE g.${column} = ${id}::uuid
        UNION ALL
        SELECT g.repository_id FROM team_members m
        JOIN repository_permissions g ON g.team_id = m.team_id WHERE m.${column} = ${id}::uuid)`,
      filter,
    ),
    Prisma.sql`(
      SELECT p.* FROM (
        SELECT ${id}::uuid AS id
        UNION
        SELECT t.organization_id FROM team_members m JOIN teams t ON t.id = m.team_id
        WHERE m.${column} = ${id}::uuid AND t.role = 'admin'
        ORDER BY id) AS administered
      CROSS JOIN LATERAL ${listWhere(Prisma.sql`p.namespace_id = administered.id`, filter)} p
      ORDER BY administered.id, p.name LIMIT ${filter.limit})`,
  ]
}

/** The first repositories after a position. */
function listWhere(condition: Prisma.Sql, { namespace, after, limit }: RepositoryFilter) {
  const conditions = [
    condition,
    Prisma.sql`(SELECT n.enabled FROM namespaces n WHERE n.id = p.namespace_id)`,
  ]
  if (namespace !== undefined) {
    conditions.push(
      Prisma.sql`p.namespace_id = (SELECT id FROM namespaces WHERE name = ${namespace})`,
    )
  }
  if (after) {
    conditions.push(
      Prisma.sql`(p.namespace_id, p.name) > (${after.namespaceId}::uuid, ${after.name})`,
    )
  }
  return Prisma.sql`(
    SELECT p.namespace_id, p.name, p.description, p.visibility FROM repositories p
    WHERE ${Prisma.join(conditions, ' AND ')}
    ORDER BY p.namespace_id, p.name LIMIT ${limit})`
}
