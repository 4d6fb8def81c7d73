import type { StoredEntry } from '../domain/federation-entry.ts'

/** A column for each key of a federation entry, and its type. */
export const ENTRY_COLUMNS: Record<keyof StoredEntry, string> = {
  id: 'uuid',
  version: 'int',
  issuer: 'text',
  issuer_ref: 'text',
  subject: 'text',
  subject_match: 'text',
  audiences: 'text[]',
  claims: 'json',
  max_token_age: 'int',
  single_use: 'boolean',
  expires_in: 'int',
  registry_scopes: 'text[]',
  api_scopes: 'text',
  description: 'text',
}

export const ENTRY_KEYS = Object.keys(ENTRY_COLUMNS) as (keyof StoredEntry)[]

type Nullable<Value> = undefined extends Value ? NonNullable<Value> | null : Value

/** An entry, with NULL for what it does not have; the row may have other columns. */
export type EntryRow = {
  [Key in keyof StoredEntry as `entry_${Key}`]-?: Nullable<StoredEntry[Key]>
}

const prefixed = ENTRY_KEYS.map((key) => [key, `entry_${key}`] as const)

/**
 * What SELECT names for an `EntryRow` from `federation_entry_rows e`. An empty list is read as NULL: parsing lists takes most
 * of the time that a column takes.
 */
export const SELECTED_ENTRY = prefixed
  .map(([key, name]) => {
    const value = ENTRY_COLUMNS[key].endsWith('[]') ? `NULLIF(e.${key}, '{}')` : `e.${key}`
    return `${value} AS ${name}`
  })
  .join(', ')

/** The entry in a row. */
export function entryIn(row: EntryRow): StoredEntry {
  const entry: Record<string, unknown> = {}
  for (const [key, name] of prefixed) {
    const value = row[name]
    if (value !== null) entry[key] = value
  }
  return entry as unknown as StoredEntry
}
