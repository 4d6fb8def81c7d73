import type { DbOrTx } from '../db/types.ts'
import { isId } from '../domain/ids.ts'
import type { Slice } from '../domain/page.ts'
import type { Scope } from '../domain/scopes.ts'
import { Prisma } from '../generated/prisma/client.ts'

/** A token that a user made for an application, or that this got for itself. */
export interface ApplicationTokenRow {
  id: string
  name: string
  scopes: Scope[]
  createdAt: Date
  expiresAt: Date
  lastAccessedAt: Date | null
  /** Name of the user as whom it acts; null where it acts as the application itself. */
  createdBy: string | null
  parentId: string | null
}

/** Whose tokens of an application are meant: those that users made, or those that it got for itself. */
type Holder = 'users' | 'itself'

interface ApplicationTokenSlice extends Slice {
  /** Also those that the application got for itself. */
  withOwn: boolean
  now: Date
}

/** Those that have not expired, in the order of their creation, with the names of their users. */
export const listApplicationTokens = (
  db: DbOrTx,
  applicationId: string,
  { now, limit, after, withOwn }: ApplicationTokenSlice,
) =>
  db.$queryRaw<ApplicationTokenRow[]>(Prisma.sql`
    SELECT t.id, t.name, t.scopes, t.created_at AS "createdAt", t.expires_at AS "expiresAt",
           t.last_accessed_at AS "lastAccessedAt", t.parent_id AS "parentId", u.name AS "createdBy"
    FROM oauth_tokens t ${withOwn ? Prisma.sql`LEFT` : Prisma.empty} JOIN namespaces u ON u.id = t.user_id
    WHERE t.application_id = ${applicationId}::uuid AND t.expires_at > ${now}
      ${after === undefined ? Prisma.empty : Prisma.sql`AND t.id > ${after}::uuid`}
    ORDER BY t.id LIMIT ${limit}`)

/** Counts no further than `limit`. */
export const countApplicationTokens = (
  db: DbOrTx,
  applicationId: string,
  holder: Holder,
  limit: number,
): Promise<number> =>
  db.oAuthToken.count({
    where: { applicationId, userId: holder === 'users' ? { not: null } : null },
    take: limit,
  })

export const deleteExpiredApplicationTokens = (db: DbOrTx, applicationId: string, now: Date) =>
  db.oAuthToken.deleteMany({ where: { applicationId, expiresAt: { lte: now } } })

/**
 * Deletes the tokens that an application got with its client secret.
 *
 * @param having only those with one of these scopes
 */
export const deleteOwnApplicationTokens = (
  db: DbOrTx,
  applicationId: string,
  having: Scope[] | 'all',
) =>
  db.oAuthToken.deleteMany({
    where: {
      applicationId,
      userId: null,
      ...(having !== 'all' && { scopes: { hasSome: having } }),
    },
  })

/** @returns the name of the deleted token; undefined where there was none */
export async function deleteApplicationToken(db: DbOrTx, applicationId: string, id: string) {
  if (!isId(id)) return undefined
  const rows = await db.$queryRaw<{ name: string }[]>(Prisma.sql`
    DELETE FROM oauth_tokens
    WHERE id = ${id}::uuid AND application_id = ${applicationId}::uuid RETURNING name`)
  return rows[0]?.name
}
