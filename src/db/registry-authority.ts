import type { Prisma, RegistryAuthority } from '../generated/prisma/client.ts'
import type { DbOrTx, Tx } from './client.ts'

/** Any number that no other advisory lock of this service uses. */
const LOCK = 7_364_512_099n
const ID = 1

export type RegistryAuthorityRow = RegistryAuthority

/** Until the transaction ends, no other one that asks for this lock goes on. */
export async function lockRegistryAuthority(tx: Tx): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK})`
}

export const findRegistryAuthority = (db: DbOrTx) =>
  db.registryAuthority.findUnique({ where: { id: ID } })

export const insertRegistryAuthority = (
  db: DbOrTx,
  authority: Omit<Prisma.RegistryAuthorityCreateInput, 'id'>,
) => db.registryAuthority.create({ data: { id: ID, ...authority } })

/** Its successor is inserted in the same transaction. */
export const deleteRegistryAuthority = (tx: Tx) =>
  tx.registryAuthority.deleteMany({ where: { id: ID } })

export const resealRegistryAuthority = (
  db: DbOrTx,
  seal: Pick<RegistryAuthorityRow, 'privateSealed' | 'sealKeyId'>,
) => db.registryAuthority.update({ where: { id: ID }, data: seal, select: { id: true } })
