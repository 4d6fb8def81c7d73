import { lookUp, rows } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import { isId } from '../domain/ids.ts'
import type { Slice } from '../domain/page.ts'
import type { Scope } from '../domain/scopes.ts'
import { Prisma } from '../generated/prisma/client.ts'
import {
  NAMED_STANDING,
  namespaceAsked,
  type Standing,
  type StandingRow,
  standingColumns,
  standingIn,
} from './memberships.ts'

export interface TokenRow {
  id: string
  /** Of an application's own token, only those that the application still has. */
  scopes: Scope[]
  createdAt: Date
  expiresAt: Date
  lastAccessedAt: Date | null
  /** The user, or the organization of an application that acts for itself. */
  holder: { id: string; name: string; enabled: boolean }
  user: { id: string; name: string; superuser: boolean } | undefined
  application: { id: string; clientId: string; name: string; organizationId: string } | undefined
  /** Where it was asked for. */
  standing: Standing | undefined
}

interface FlatTokenRow
  extends Pick<TokenRow, 'id' | 'scopes' | 'createdAt' | 'expiresAt' | 'lastAccessedAt'>,
    StandingRow {
  holderId: string
  holderName: string
  holderEnabled: boolean
  superuser: boolean
  /** That of the holder, where that is a user. */
  userId: string | null
  applicationId: string | null
  clientId: string
  applicationName: string
  applicationScopes: Scope[]
  organizationId: string
}

export const FIND_TOKEN = lookUp<FlatTokenRow, { digest: Buffer; namespace: string | null }>(
  'find_token',
  `
    SELECT t.id, t.scopes, t.created_at AS "createdAt", t.expires_at AS "expiresAt",
           t.last_accessed_at AS "lastAccessedAt", a.scopes AS "applicationScopes",
           h.id AS "holderId", h.name AS "holderName", h.enabled AS "holderEnabled", h.superuser,
           t.user_id AS "userId", a.id AS "applicationId",
           a.client_id AS "clientId", a.name AS "applicationName", o.id AS "organizationId",
           ${standingColumns('user_id', 't.user_id')}
    FROM oauth_tokens t LEFT JOIN oauth_applications a ON a.id = t.application_id
    LEFT JOIN namespaces o ON o.id = a.namespace_id
    JOIN namespaces h ON h.id = coalesce(t.user_id, a.namespace_id)
    ${NAMED_STANDING}
    WHERE t.digest = $digest AND (t.application_id IS NULL OR o.id IS NOT NULL)`,
)

/**
 * A token with its user and application, by digest.
 *
 * @param namespace in which the user's standing is asked for
 */
export async function findToken(
  db: DbOrTx,
  digest: Buffer,
  namespace?: string,
): Promise<TokenRow | undefined> {
  const values = { digest, namespace: namespaceAsked(namespace) }
  const [found] = await rows(db, FIND_TOKEN, values)
  return found && nest(found, namespace)
}

function nest(row: FlatTokenRow, namespace: string | undefined): TokenRow {
  const { id, scopes, createdAt, expiresAt, lastAccessedAt, userId, applicationId } = row
  return {
    standing: namespace === undefined ? undefined : standingIn(row, namespace),
    id,
    scopes:
      userId === null ? scopes.filter((scope) => row.applicationScopes.includes(scope)) : scopes,
    createdAt,
    expiresAt,
    lastAccessedAt,
    holder: { id: row.holderId, name: row.holderName, enabled: row.holderEnabled },
    user:
      userId === null ? undefined : { id: userId, name: row.holderName, superuser: row.superuser },
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

/** Whose token it is. */
export async function findTokenHolder(db: DbOrTx, id: string) {
  if (!isId(id)) return undefined
  const found = await db.$queryRaw<{ id: string; holderName: string }[]>(Prisma.sql`
    SELECT t.id, h.name AS "holderName" FROM oauth_tokens t
    LEFT JOIN oauth_applications a ON a.id = t.application_id
    JOIN namespaces h ON h.id = coalesce(t.user_id, a.namespace_id) WHERE t.id = ${id}::uuid`)
  return found[0]
}

export const insertToken = (db: DbOrTx, token: Prisma.OAuthTokenUncheckedCreateInput) =>
  db.oAuthToken.create({ data: token, select: { id: true } })

/** A token that acts as a user, with the application that it was made for. */
export interface UserTokenRow {
  id: string
  name: string
  scopes: Scope[]
  createdAt: Date
  expiresAt: Date
  lastAccessedAt: Date | null
  /** The token that made it; null: a command, or nobody knows. */
  parentId: string | null
  clientId: string | null
  applicationName: string | null
  organizationName: string | null
}

/** Those that have not expired and have a text in their names, in the order of their creation. */
export const listUserTokens = (
  db: DbOrTx,
  userId: string,
  { now, text, limit, after }: Slice & { now: Date; text: string },
) =>
  db.$queryRaw<UserTokenRow[]>(Prisma.sql`
    SELECT t.id, t.name, t.scopes, t.created_at AS "createdAt", t.expires_at AS "expiresAt",
           t.last_accessed_at AS "lastAccessedAt", t.parent_id AS "parentId",
           a.client_id AS "clientId", a.name AS "applicationName", n.name AS "organizationName"
    FROM oauth_tokens t LEFT JOIN oauth_applications a ON a.id = t.application_id
    LEFT JOIN namespaces n ON n.id = a.namespace_id
    WHERE t.user_id = ${userId}::uuid AND t.expires_at > ${now} AND strpos(lower(t.name), lower(${text})) > 0
      ${after === undefined ? Prisma.empty : Prisma.sql`AND t.id > ${after}::uuid`}
    ORDER BY t.id LIMIT ${limit}`)

export const deleteExpiredUserTokens = (db: DbOrTx, userId: string, now: Date) =>
  db.oAuthToken.deleteMany({ where: { userId, expiresAt: { lte: now } } })

/** All that act as the user, and what they made. */
export const deleteUserTokens = (db: DbOrTx, userId: string) =>
  db.oAuthToken.deleteMany({ where: { userId } })

/** Counts no further than `most`; those that have expired as well. */
export const countUserTokens = (db: DbOrTx, userId: string, most: number) =>
  db.oAuthToken.count({ where: { userId }, take: most })

/** @returns the name of the deleted token; undefined where there was none */
export async function deleteUserToken(db: DbOrTx, userId: string, id: string) {
  if (!isId(id)) return undefined
  const rows = await db.$queryRaw<{ name: string }[]>(Prisma.sql`
    DELETE FROM oauth_tokens
    WHERE id = ${id}::uuid AND user_id = ${userId}::uuid RETURNING name`)
  return rows[0]?.name
}

/** @returns whether there was such a token */
export const deleteToken = async (db: DbOrTx, id: string) =>
  (await db.oAuthToken.deleteMany({ where: { id } })).count > 0
