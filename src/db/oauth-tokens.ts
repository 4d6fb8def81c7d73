import type { Scope } from '../domain/scopes.ts'
import { Prisma } from '../generated/prisma/client.ts'
import type { DbOrTx } from './client.ts'

export interface TokenRow {
  id: string
  scopes: Scope[]
  expiresAt: Date
  lastAccessedAt: Date | null
  userId: string
  username: string
  superuser: boolean
  userEnabled: boolean
  clientId: string | null
  applicationName: string | null
}

/** A token with its user and application, by digest, in one statement. */
export const findToken = async (db: DbOrTx, digest: Buffer): Promise<TokenRow | undefined> => {
  const rows = await db.$queryRaw<TokenRow[]>(Prisma.sql`
    SELECT t.id, t.scopes, t.expires_at AS "expiresAt", t.last_accessed_at AS "lastAccessedAt",
           u.id AS "userId", u.name AS username, u.superuser, u.enabled AS "userEnabled",
           a.client_id AS "clientId", a.name AS "applicationName"
    FROM oauth_tokens t JOIN namespaces u ON u.id = t.user_id
    LEFT JOIN oauth_applications a ON a.id = t.application_id
    WHERE t.digest = ${digest}`)
  return rows[0]
}

export const touchToken = (db: DbOrTx, id: string, at: Date) =>
  db.oAuthToken.updateMany({ where: { id }, data: { lastAccessedAt: at } })

export const insertToken = (db: DbOrTx, token: Prisma.OAuthTokenUncheckedCreateInput) =>
  db.oAuthToken.create({ data: token, select: { id: true } })

/** @returns whose token it was, undefined for none */
export const deleteToken = async (db: DbOrTx, digest: Buffer) => {
  const rows = await db.$queryRaw<{ id: string; userId: string; username: string }[]>(Prisma.sql`
    DELETE FROM oauth_tokens t USING namespaces u
    WHERE t.digest = ${digest} AND u.id = t.user_id
    RETURNING t.id, u.id AS "userId", u.name AS username`)
  return rows[0]
}

export const insertApplication = (
  db: DbOrTx,
  application: Prisma.OAuthApplicationUncheckedCreateInput,
) => db.oAuthApplication.create({ data: application, select: { id: true } })
