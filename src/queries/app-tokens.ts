import type { DbOrTx, Tx } from '../db/types.ts'
import { isId } from '../domain/ids.ts'
import type { Slice } from '../domain/page.ts'
import type { RepositoryRole } from '../domain/repository-roles.ts'
import { Prisma } from '../generated/prisma/client.ts'

/** A user's password for registry clients. It is sealed: see `services/applications/app-token-secrets.ts`. */
export interface AppTokenRow {
  id: string
  title: string
  /** The highest role that it allows in repositories; null: it pulls public ones only. */
  repositoryCap: RepositoryRole | null
  sealKeyId: string
  sealed: Uint8Array<ArrayBuffer>
  createdAt: Date
  /** When it ends; null where it was made before there was such a rule. */
  expiresAt: Date | null
  lastAccessedAt: Date | null
}

const FIELDS = {
  id: true,
  title: true,
  repositoryCap: true,
  sealKeyId: true,
  sealed: true,
  createdAt: true,
  expiresAt: true,
  lastAccessedAt: true,
} satisfies Prisma.AppTokenSelect

/** In the order of their creation. */
export const listAppTokens = (
  db: DbOrTx,
  userId: string,
  { after, limit, endingBefore }: Slice & { endingBefore: Date | undefined },
): Promise<AppTokenRow[]> =>
  db.appToken.findMany({
    where: {
      userId,
      ...(after !== undefined && { id: { gt: after } }),
      ...(endingBefore && { expiresAt: { lt: endingBefore } }),
    },
    orderBy: { id: 'asc' },
    take: limit,
    select: FIELDS,
  })

export const findAppToken = async (
  db: DbOrTx,
  userId: string,
  id: string,
): Promise<AppTokenRow | null> =>
  isId(id) ? db.appToken.findUnique({ where: { id, userId }, select: FIELDS }) : null

export const deleteExpiredAppTokens = (db: DbOrTx, userId: string, now: Date) =>
  db.appToken.deleteMany({ where: { userId, expiresAt: { lte: now } } })

export const deleteAppTokens = (db: DbOrTx, userId: string) =>
  db.appToken.deleteMany({ where: { userId } })

export const countAppTokens = (db: DbOrTx, userId: string) =>
  db.appToken.count({ where: { userId } })

export const insertAppToken = (
  db: DbOrTx,
  token: Prisma.AppTokenUncheckedCreateInput,
): Promise<AppTokenRow> => db.appToken.create({ data: token, select: FIELDS })

/** @returns the title of the deleted token; undefined where there was none */
export async function deleteAppToken(db: DbOrTx, userId: string, id: string) {
  if (!isId(id)) return undefined
  const rows = await db.$queryRaw<{ title: string }[]>(Prisma.sql`
    DELETE FROM app_tokens WHERE id = ${id}::uuid AND user_id = ${userId}::uuid RETURNING title`)
  return rows[0]?.title
}

/** What a log-in with an app-specific token leads to. */
interface AppTokenLogin {
  id: string
  expiresAt: Date | null
  lastAccessedAt: Date | null
  userId: string
  username: string
  enabled: boolean
  repositoryCap: RepositoryRole | null
}

export async function findAppTokenLogin(
  db: DbOrTx,
  digest: Buffer,
): Promise<AppTokenLogin | undefined> {
  const rows = await db.$queryRaw<AppTokenLogin[]>(Prisma.sql`
    SELECT t.id, t.expires_at AS "expiresAt", t.last_accessed_at AS "lastAccessedAt", u.id AS "userId",
           u.name AS username, u.enabled, t.repository_cap::text AS "repositoryCap"
    FROM app_tokens t JOIN namespaces u ON u.id = t.user_id WHERE t.digest = ${digest}`)
  return rows[0]
}

/** Tokens that another key sealed; locked until the transaction ends. */
export const listAppTokensSealedOtherwise = (tx: Tx, keyId: string, limit: number) =>
  tx.$queryRaw<Pick<AppTokenRow, 'id' | 'sealKeyId' | 'sealed'>[]>(Prisma.sql`
    SELECT id, seal_key_id AS "sealKeyId", sealed FROM app_tokens
    WHERE seal_key_id < ${keyId} OR seal_key_id > ${keyId} LIMIT ${limit} FOR UPDATE`)

export const resealAppToken = (
  tx: Tx,
  id: string,
  seal: Pick<AppTokenRow, 'sealKeyId' | 'sealed'> & { digest?: Uint8Array<ArrayBuffer> },
) => tx.appToken.updateMany({ where: { id }, data: seal })
