import type { DbOrTx, Tx } from '../db/types.ts'
import type { Prisma, RegistryAuthority } from '../generated/prisma/client.ts'

const ID = 1

export type RegistryAuthorityRow = RegistryAuthority

export const findRegistryAuthority = (db: DbOrTx) =>
  db.registryAuthority.findUnique({ where: { id: ID } })

export const insertRegistryAuthority = (
  db: DbOrTx,
  authority: Omit<Prisma.RegistryAuthorityCreateInput, 'id'>,
) => db.registryAuthority.create({ data: { id: ID, ...authority } })

/** Deletes the authority. To be called in the transaction that inserts its successor. */
export const deleteRegistryAuthority = (tx: Tx) =>
  tx.registryAuthority.deleteMany({ where: { id: ID } })

export const resealRegistryAuthority = (
  db: DbOrTx,
  seal: Pick<RegistryAuthorityRow, 'privateSealed' | 'sealKeyId'>,
) => db.registryAuthority.update({ where: { id: ID }, data: seal, select: { id: true } })
