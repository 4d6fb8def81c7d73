import { retryAborted } from '../db/client.ts'
import { rows } from '../db/statements.ts'
import type { Db, Statement } from '../db/types.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { type AuditEntryRow, entryValues, withEntry } from './audit-entries.ts'

const USE_TOKEN: Statement<{ digest: Uint8Array }> = {
  name: 'use_identity_token',
  text: withEntry(
    `INSERT INTO used_identity_tokens (digest, expires_at) VALUES ($1::bytea, $2::timestamptz)
     ON CONFLICT (digest) DO NOTHING RETURNING digest`,
    3,
  ),
}

/**
 * Takes an identity token, together with the entry in the log of what it is taken for.
 *
 * @returns whether this call took it: of several at a time, on any server, one does
 */
export const useIdentityToken = async (
  db: Db,
  { digest, until }: { digest: Uint8Array; until: Date },
  entry: AuditEntryRow,
): Promise<boolean> => {
  const values = [digest, until, ...entryValues(entry)]
  return (await retryAborted(() => rows(db, USE_TOKEN, values))).length > 0
}

/** Deletes tokens that have expired. @returns how many */
export const deleteExpiredTokens = (db: Db, now: Date, limit: number) =>
  db.$executeRaw(Prisma.sql`
    DELETE FROM used_identity_tokens WHERE digest IN (
      SELECT digest FROM used_identity_tokens WHERE expires_at < ${now}
      ORDER BY expires_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`)
