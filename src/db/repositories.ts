import { isName } from '../domain/names.ts'
import { Prisma } from '../generated/prisma/client.ts'
import type { DbOrTx, Tx } from './client.ts'
import { type Principal, rolesOf } from './repository-roles.ts'

export type Visibility = 'public' | 'private'

export interface RepositoryRow {
  namespace: string
  name: string
  description: string
  isPublic: boolean
}

export interface RepositoryFilter {
  /** Undefined: any. */
  namespace: string | undefined
  /** Whose roles open a repository; `everybody`: no role is needed. */
  reader: Principal | 'everybody'
  /** Whether public repositories are listed without a role, too. */
  withPublic: boolean
  /** The last repository of the page before. */
  after: { namespace: string; repository: string } | undefined
  limit: number
}

/** Repositories by namespace and name, in one statement. */
export async function listRepositories(
  db: DbOrTx,
  { namespace, reader, withPublic, after, limit }: RepositoryFilter,
): Promise<RepositoryRow[]> {
  if (namespace !== undefined && !isName(namespace)) return []
  const conditions = [Prisma.sql`n.enabled`]
  if (namespace !== undefined) conditions.push(Prisma.sql`n.name = ${namespace}`)
  if (after) {
    conditions.push(Prisma.sql`(n.name, p.name) > (${after.namespace}, ${after.repository})`)
  }
  if (reader !== 'everybody') {
    const readable = Prisma.sql`cardinality(${rolesOf(reader)}) > 0`
    conditions.push(withPublic ? Prisma.sql`(p.visibility = 'public' OR ${readable})` : readable)
  }
  return db.$queryRaw<RepositoryRow[]>(Prisma.sql`
    SELECT n.name AS namespace, p.name, p.description, p.visibility = 'public' AS "isPublic"
    FROM repositories p JOIN namespaces n ON n.id = p.namespace_id
    WHERE ${Prisma.join(conditions, ' AND ')}
    ORDER BY n.name, p.name LIMIT ${limit}`)
}

export const insertRepository = (
  tx: Tx,
  repository: {
    id: string
    namespaceId: string
    name: string
    visibility: Visibility
    description: string
    createdAt: Date
  },
) => tx.repository.create({ data: repository, select: { id: true } })

/** What the guard of its routes has not read. */
export async function findRepositoryDetails(db: DbOrTx, id: string) {
  const found = await db.repository.findUnique({
    where: { id },
    select: { description: true, namespace: { select: { kind: true, tagExpirationS: true } } },
  })
  // The relation is read after the row: the namespace may be gone by then, and the repository with it.
  return found?.namespace ? found : null
}

/** @returns whether the repository still exists */
export const updateRepository = async (
  tx: Tx,
  id: string,
  change: { description: string } | { visibility: Visibility },
) => (await tx.repository.updateMany({ where: { id }, data: change })).count > 0

/** @returns whether there was such a repository; the roles in it go with it */
export const deleteRepository = async (tx: Tx, id: string) =>
  (await tx.repository.deleteMany({ where: { id } })).count > 0
