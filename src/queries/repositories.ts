import type { DbOrTx, Tx } from '../db/types.ts'

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
