import { rows } from '../db/statements.ts'
import type { DbOrTx, Statement } from '../db/types.ts'
import type { Scope } from '../domain/scopes.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { createTouch } from './touch.ts'

export interface TokenRow {
  id: string
  /** Those of an application's own token are no more than the application has at the moment. */
  scopes: Scope[]
  createdAt: Date
  expiresAt: Date
  lastAccessedAt: Date | null
  /** The user, or the organization of an application that acts for itself. */
  holder: { id: string; name: string; enabled: boolean }
  user: { id: string; name: string; superuser: boolean } | undefined
  application: { id: string; clientId: string; name: string; organizationId: string } | undefined
}

interface FlatTokenRow
  extends Pick<TokenRow, 'id' | 'scopes' | 'createdAt' | 'expiresAt' | 'lastAccessedAt'> {
  holderId: string
  holderName: string
  holderEnabled: boolean
  userId: string | null
  username: string
  superuser: boolean
  applicationId: string | null
  clientId: string
  applicationName: string
  applicationScopes: Scope[]
  organizationId: string
}

const FIND_TOKEN: Statement<FlatTokenRow> = {
  name: 'find_token',
  text: `
    SELECT t.id, t.scopes, t.created_at AS "createdAt", t.expires_at AS "expiresAt",
           t.last_accessed_at AS "lastAccessedAt", a.scopes AS "applicationScopes",
           h.id AS "holderId", h.name AS "holderName", h.enabled AS "holderEnabled",
           u.id AS "userId", u.name AS username, u.superuser, a.id AS "applicationId",
           a.client_id AS "clientId", a.name AS "applicationName", o.id AS "organizationId"
    FROM oauth_tokens t LEFT JOIN namespaces u ON u.id = t.user_id
    LEFT JOIN oauth_applications a ON a.id = t.application_id
    LEFT JOIN namespaces o ON o.id = a.namespace_id
    JOIN namespaces h ON h.id = coalesce(t.user_id, a.namespace_id)
    WHERE t.digest = $1 AND (t.application_id IS NULL OR o.id IS NOT NULL)`,
}

/** A token with its user and application, by digest. */
export const findToken = async (db: DbOrTx, digest: Buffer): Promise<TokenRow | undefined> => {
  const [found] = await rows(db, FIND_TOKEN, [digest])
  return found && nest(found)
}

function nest(row: FlatTokenRow): TokenRow {
  const { id, scopes, createdAt, expiresAt, lastAccessedAt, userId, applicationId } = row
  return {
    id,
    scopes:
      userId === null ? scopes.filter((scope) => row.applicationScopes.includes(scope)) : scopes,
    createdAt,
    expiresAt,
    lastAccessedAt,
    holder: { id: row.holderId, name: row.holderName, enabled: row.holderEnabled },
    user:
      userId === null ? undefined : { id: userId, name: row.username, superuser: row.superuser },
    application:
      applicationId === null
        ? undefined
        : {
            id: applicationId,
            clientId: row.clientId,
            name: row.applicationName,
            organizationId: row.organizationId,
          },
  }
}

/** Keeps a token from being ended until the transaction ends. @returns whether there is such a token */
export const holdToken = async (tx: DbOrTx, id: string) => {
  const held = await tx.$queryRaw<unknown[]>(Prisma.sql`
    SELECT FROM oauth_tokens WHERE id = ${id}::uuid FOR KEY SHARE`)
  return held.length > 0
}

export const touchToken = createTouch('oauth_tokens')

export const insertToken = (db: DbOrTx, token: Prisma.OAuthTokenUncheckedCreateInput) =>
  db.oAuthToken.create({ data: token, select: { id: true } })

/** @returns whether there was such a token */
export const deleteToken = async (db: DbOrTx, id: string) =>
  (await db.oAuthToken.deleteMany({ where: { id } })).count > 0
