import { rows, statement } from '../db/statements.ts'
import { retryAborted } from '../db/transactions.ts'
import type { Db } from '../db/types.ts'
import { type AuditEntryRow, type EntryValues, entryValues, withEntry } from './audit-entries.ts'
import { deleteOldest, type Step } from './oldest.ts'

interface UsedToken {
  digest: Uint8Array
  until: Date
}

const USE_TOKEN = statement<{ digest: Uint8Array }, UsedToken & EntryValues>(
  'use_identity_token',
  withEntry(
    `INSERT INTO used_identity_tokens (digest, expires_at) VALUES ($digest::bytea, $until::timestamptz)
     ON CONFLICT (digest) DO NOTHING RETURNING digest`,
  ),
)

/**
 * Takes an identity token, together with the entry in the log of what it is taken for.
 *
 * @returns whether this call took it: of several at a time, on any server, one does
 */
export async function useIdentityToken(
  db: Db,
  token: UsedToken,
  entry: AuditEntryRow,
): Promise<boolean> {
  const values = { ...token, ...entryValues(entry) }
  return (await retryAborted(() => rows(db, USE_TOKEN, values))).length > 0
}

const IS_USED = statement<{ digest: Uint8Array }, { digest: Uint8Array }>(
  'is_identity_token_used',
  'SELECT digest FROM used_identity_tokens WHERE digest = $digest::bytea',
)

/** Whether an identity token was taken. */
export const isIdentityTokenUsed = async (db: Db, digest: Uint8Array): Promise<boolean> =>
  (await rows(db, IS_USED, { digest })).length > 0

/** Deletes some of the tokens that expired first. */
export const deleteExpiredTokens = (db: Db, step: Step) =>
  deleteOldest(db, { table: 'used_identity_tokens', key: 'digest', time: 'expires_at' }, step)
