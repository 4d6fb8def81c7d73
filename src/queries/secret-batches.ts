import { type AuditEntryRow, ENTRY_TYPES, entryValues, insertEntriesFrom } from './audit-entries.ts'
import { recordsOf } from './columns.ts'
import { type NewSecret, SECRET_TYPES, secretRecord } from './robot-secrets.ts'

/** What a change of a robot comes with: its new secret, and its entry in the audit log. */
export interface SecretChange {
  secret: NewSecret
  entry: AuditEntryRow
}

/**
 * The text of one statement that gives several robots a secret each, and writes an entry for each; it returns what `change`
 * does. The parameter `changes` has their records (`recordOf`), as JSON.
 *
 * @param types of the fields of a record besides
 * @param change what writes `robots`, with `RETURNING credential_id AS "secret_id"`: of the records of `given`
 * @param also what else is changed then, by the records of `changed`: those that `change` has returned, with what it has returned
 *
 * Rows are found by `ANY (ARRAY(…))` besides: PostgreSQL takes JSON for a hundred records, and might read a whole table for one.
 */
export const secretsWithEntries = (
  types: Readonly<Record<string, string>>,
  change: string,
  ...also: string[]
) => `
  WITH given AS (SELECT * FROM ${recordsOf('changes', { ...types, ...SECRET_TYPES, ...ENTRY_TYPES })}),
  written AS (${change}),
  changed AS (SELECT * FROM given JOIN written USING ("secret_id")),
  ${also.map((part, index) => `also_${index} AS (${part}),`).join(' ')}
  entries AS (${insertEntriesFrom('changed')})
  SELECT * FROM written`

export const recordOf = ({ secret, entry }: SecretChange) => ({
  ...secretRecord(secret),
  ...entryValues(entry),
})
