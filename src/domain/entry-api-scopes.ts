import { modelRefused } from './errors.ts'
import {
  conditionsOf,
  type FederationEntry,
  postedEntry,
  type StoredEntry,
} from './federation-entry.ts'
import { includesScope, readRobotScopes } from './robot-scopes.ts'
import type { Scope } from './scopes.ts'

// Scopes of the API that federation entries give to jobs.

/**
 * An entry with its scopes as they are stored: each once, with one blank between; without the key where there are none.
 *
 * @throws {ServiceError} `model_refused` for unknown ones
 */
export function withApiScopes({ api_scopes: text, ...entry }: FederationEntry): FederationEntry {
  if (text === undefined || text === '') return entry
  const scopes = readRobotScopes(text)
  if (!scopes) throw modelRefused('Invalid federation API scope')
  return { ...entry, api_scopes: scopes.join(' ') }
}

export const apiScopesOf = ({ api_scopes: text = '' }: FederationEntry): Scope[] =>
  readRobotScopes(text) ?? []

/** What somebody may do after a change of an entry, with the API, who might not before. */
export function scopesGained(entry: StoredEntry, stored: readonly StoredEntry[]): Scope[] {
  const before = stored.find(({ id }) => id === entry.id)
  const scopes = apiScopesOf(entry)
  const admitsOthers =
    !before || conditionsOf(postedEntry(before)) !== conditionsOf(postedEntry(entry))
  if (admitsOthers) return scopes
  const held = new Set(apiScopesOf(before))
  return scopes.filter((scope) => !includesScope(held, scope))
}
