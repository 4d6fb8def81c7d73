import type { Db, Tx } from '../db/types.ts'
import type { Prisma, SigningKey } from '../generated/prisma/client.ts'

export type SigningKeyRow = SigningKey

/** All keys, the current one first. */
export const listSigningKeys = (db: Db | Tx): Promise<SigningKeyRow[]> =>
  db.signingKey.findMany({ orderBy: { retiredAt: { sort: 'desc', nulls: 'first' } } })

export const insertSigningKey = (db: Db | Tx, key: Prisma.SigningKeyCreateInput) =>
  db.signingKey.create({ data: key })

/** Gives a key its next certificate, unless another server was faster. */
export const certifySigningKey = (
  db: Db | Tx,
  { kid, certificate: before }: SigningKeyRow,
  certificate: Uint8Array<ArrayBuffer>,
) => db.signingKey.updateMany({ where: { kid, certificate: before }, data: { certificate } })

/** Removes the certificates of all keys. */
export const forgetCertificates = (tx: Tx) =>
  tx.signingKey.updateMany({ data: { certificate: null } })

/** Retires the keys that are not retired yet. */
export const retireSigningKeys = (db: Db | Tx, dates: { retiredAt: Date; expiresAt: Date }) =>
  db.signingKey.updateMany({ where: { retiredAt: null }, data: dates })

/** Ends all keys, and with them the tokens that they signed. */
export const deleteSigningKeys = (tx: Tx) => tx.signingKey.deleteMany()

export const deleteExpiredSigningKeys = (db: Db | Tx, now: Date) =>
  db.signingKey.deleteMany({ where: { expiresAt: { lte: now } } })
