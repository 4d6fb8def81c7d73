import type { DbOrTx, Tx } from '../db/types.ts'
import { Prisma } from '../generated/prisma/client.ts'

export type Visibility = 'public' | 'private'

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

export interface RepositoryDetails {
  description: string
  /** Whether an organization owns it. */
  isOrganization: boolean
  /** That of its namespace. */
  tagExpirationS: number
}

/** What of a repository the guard of its routes has not read. */
export async function findRepositoryDetails(db: DbOrTx, id: string) {
  const rows = await db.$queryRaw<RepositoryDetails[]>(Prisma.sql`
    SELECT p.description, n.kind = 'organization' AS "isOrganization",
           n.tag_expiration_s AS "tagExpirationS"
    FROM repositories p JOIN namespaces n ON n.id = p.namespace_id WHERE p.id = ${id}::uuid`)
  return rows[0]
}

/** A repository by its name in a namespace. */
export const findRepository = (db: DbOrTx, namespaceId: string, name: string) =>
  db.repository.findUnique({
    where: { namespaceId_name: { namespaceId, name } },
    select: { id: true, visibility: true, description: true },
  })

/** @returns whether the repository still exists */
export const updateRepository = async (
  tx: Tx,
  id: string,
  change: { description: string } | { visibility: Visibility },
) => (await tx.repository.updateMany({ where: { id }, data: change })).count > 0

/** @returns whether there was such a repository; the roles in it go with it */
export const deleteRepository = async (tx: Tx, id: string) =>
  (await tx.repository.deleteMany({ where: { id } })).count > 0
