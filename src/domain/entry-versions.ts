import { invalidRequest } from './errors.ts'
import {
  conditionsOf,
  duplicateEntry,
  type FederationEntry,
  isSameEntry,
  postedEntry,
  type StoredEntry,
} from './federation-entry.ts'
import type { NewId } from './runtime.ts'

/** An entry that may say which stored one it replaces. */
export interface PostedEntry extends FederationEntry {
  id?: string | undefined
}

/** What a new or changed entry says in the end. */
export type Complete = (entry: FederationEntry) => FederationEntry

/**
 * The entries that a posted list makes of the stored ones: one with the id of a stored one replaces that, one without
 * replaces the one that admits the same, if there is one. An entry that says the same as before keeps its version.
 *
 * @throws {ServiceError} `invalid_request` for an id that is not stored, or that two entries have
 */
export function replaceEntries(
  stored: readonly StoredEntry[],
  posted: readonly PostedEntry[],
  { newId, complete }: { newId: NewId; complete: Complete },
): StoredEntry[] {
  const named = new Set<string>()
  for (const { id } of posted) {
    if (id === undefined) continue
    if (!stored.some((one) => one.id === id)) {
      throw invalidRequest(
        `There is no federation entry with id '${id}': leave id out for a new one`,
      )
    }
    if (named.has(id)) throw duplicateEntry()
    named.add(id)
  }
  const unnamed = new Map(
    stored.filter(({ id }) => !named.has(id)).map((one) => [conditionsOf(postedEntry(one)), one]),
  )
  return posted.map(({ id, ...entry }) => {
    const find = (wanted: FederationEntry) =>
      id === undefined ? unnamed.get(conditionsOf(wanted)) : stored.find((one) => one.id === id)
    const meant = find(entry)
    const completed = meant && says(meant, entry) ? entry : complete(entry)
    const before = find(completed) ?? meant
    return before ? replaceEntry(before, completed) : newEntry(newId(), completed)
  })
}

export const newEntry = (id: string, entry: FederationEntry): StoredEntry => ({
  ...entry,
  id,
  version: 1,
})

/** @returns the stored one itself where the other says the same */
export const replaceEntry = (stored: StoredEntry, entry: FederationEntry): StoredEntry =>
  says(stored, entry) ? stored : { ...entry, id: stored.id, version: stored.version + 1 }

/** Whether a stored entry says what the other does. */
export const says = (stored: StoredEntry, entry: FederationEntry) =>
  isSameEntry(postedEntry(stored), entry)
