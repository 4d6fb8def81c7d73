import { rows, statement } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import { columnOf, recordsOf } from './columns.ts'

export interface AuditEntryRow {
  id: string
  kind: string
  namespaceId: string | null
  namespaceName: string | null
  repositoryId: string | null
  performerId: string | null
  performerName: string | null
  tokenId: string | null
  ip: string | null
  /** JSON. */
  metadata: Readonly<Record<string, unknown>>
  createdAt: Date
}

const TYPES = {
  id: 'uuid',
  kind: 'text',
  namespaceId: 'uuid',
  namespaceName: 'text',
  repositoryId: 'uuid',
  performerId: 'uuid',
  performerName: 'text',
  tokenId: 'uuid',
  ip: 'text',
  metadata: 'json',
  createdAt: 'timestamptz',
} satisfies Record<keyof AuditEntryRow, string>

/** Parameters of a statement that writes an entry, which may have others. */
export type EntryValues = Record<`entry_${keyof AuditEntryRow}`, unknown>

const COLUMNS = Object.keys(TYPES).map(columnOf).join(', ')

const PARAMETERS = Object.entries(TYPES)
  .map(([field, type]) => `$entry_${field}::${type}`)
  .join(', ')

/** Field by field, without loops: each change and each log-in of a job makes them. */
export const entryValues = (entry: AuditEntryRow): EntryValues => ({
  entry_id: entry.id,
  entry_kind: entry.kind,
  entry_namespaceId: entry.namespaceId,
  entry_namespaceName: entry.namespaceName,
  entry_repositoryId: entry.repositoryId,
  entry_performerId: entry.performerId,
  entry_performerName: entry.performerName,
  entry_tokenId: entry.tokenId,
  entry_ip: entry.ip,
  entry_metadata: JSON.stringify(entry.metadata),
  entry_createdAt: entry.createdAt,
})

/**
 * The text of one statement that makes a change and writes its entry (`entryValues`). It returns the rows of the change;
 * where that changed nothing, no entry is written.
 *
 * @param change with `RETURNING`
 */
export const withEntry = (change: string) => `
  WITH changed AS (${change}),
  entry AS (INSERT INTO audit_entries (${COLUMNS}) SELECT ${PARAMETERS} FROM changed)
  SELECT * FROM changed`

/** Writes an entry (`entryValues`). */
export const INSERT_ENTRY = `INSERT INTO audit_entries (${COLUMNS}) VALUES (${PARAMETERS})`

export const INSERT_AUDIT_ENTRY = statement<never, EntryValues>('insert_audit_entry', INSERT_ENTRY)

export const insertAuditEntry = (db: DbOrTx, entry: AuditEntryRow) =>
  rows(db, INSERT_AUDIT_ENTRY, entryValues(entry))

/** What a record (`recordsOf`) has of an entry: `EntryValues`. */
export const ENTRY_TYPES = Object.fromEntries(
  // A text within a text: whatever JSON escapes, PostgreSQL need not be able to store as text.
  Object.entries({ ...TYPES, metadata: 'text' }).map(([field, type]) => [`entry_${field}`, type]),
)

/** Writes entries. @param from a table of records that have them */
export const insertEntriesFrom = (from: string) => `
  INSERT INTO audit_entries (${COLUMNS})
  SELECT ${Object.entries(TYPES).map(([field, type]) => `"entry_${field}"::${type}`)} FROM ${from}`

const INSERT_AUDIT_ENTRIES = statement<never, { entries: string }>(
  'insert_audit_entries',
  insertEntriesFrom(recordsOf('entries', ENTRY_TYPES)),
)

/** Writes entries of which no webhook is told. */
export const insertAuditEntries = (db: DbOrTx, entries: readonly AuditEntryRow[]) =>
  rows(db, INSERT_AUDIT_ENTRIES, { entries: JSON.stringify(entries.map(entryValues)) })
