import { rows, statement } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import { columnOf } from './columns.ts'

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
  metadata: object
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

export function entryValues(entry: AuditEntryRow): EntryValues {
  const stored = { ...entry, metadata: JSON.stringify(entry.metadata) }
  return Object.fromEntries(
    Object.entries(stored).map(([field, value]) => [`entry_${field}`, value]),
  ) as EntryValues
}

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

export const INSERT_AUDIT_ENTRY = statement<never, EntryValues>(
  'insert_audit_entry',
  `INSERT INTO audit_entries (${COLUMNS}) VALUES (${PARAMETERS})`,
)

export const insertAuditEntry = (db: DbOrTx, entry: AuditEntryRow) =>
  rows(db, INSERT_AUDIT_ENTRY, entryValues(entry))
