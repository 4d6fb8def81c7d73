import { rows } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'

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

const COLUMNS = {
  id: 'uuid',
  kind: 'text',
  namespace_id: 'uuid',
  namespace_name: 'text',
  repository_id: 'uuid',
  performer_id: 'uuid',
  performer_name: 'text',
  token_id: 'uuid',
  ip: 'text',
  metadata: 'json',
  created_at: 'timestamptz',
}

const columns = Object.keys(COLUMNS).join(', ')

/** The values of an entry as parameters of a statement, the first of which has this number. */
const parameters = (first: number) =>
  Object.values(COLUMNS)
    .map((type, index) => `$${first + index}::${type}`)
    .join(', ')

/** The values of an entry in the order of the columns. */
export const entryValues = (entry: AuditEntryRow): unknown[] => [
  entry.id,
  entry.kind,
  entry.namespaceId,
  entry.namespaceName,
  entry.repositoryId,
  entry.performerId,
  entry.performerName,
  entry.tokenId,
  entry.ip,
  JSON.stringify(entry.metadata),
  entry.createdAt,
]

/**
 * The text of one statement that makes a change and writes its entry. It returns the rows of the change; where that
 * changed nothing, no entry is written.
 *
 * @param change with `RETURNING`
 * @param first number of the parameter where the values of the entry begin
 */
export const withEntry = (change: string, first: number) => `
  WITH changed AS (${change}),
  entry AS (INSERT INTO audit_entries (${columns}) SELECT ${parameters(first)} FROM changed)
  SELECT * FROM changed`

const INSERT_ENTRY = {
  name: 'insert_audit_entry',
  text: `INSERT INTO audit_entries (${columns}) VALUES (${parameters(1)})`,
}

export const insertAuditEntry = (db: DbOrTx, entry: AuditEntryRow) =>
  rows(db, INSERT_ENTRY, entryValues(entry))
