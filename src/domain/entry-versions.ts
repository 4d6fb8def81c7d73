import { invalidRequest } from './errors.ts'
import {
  conditionsOf,
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

/**
 * The entries that a posted list makes of the stored ones: one with the id of a stored one replaces that, one without
 * replaces the one that admits the same, if there is one. An entry that says the same as before keeps its version.
 *
 * @throws {ServiceError} `invalid_request` for an id that is not stored, or that two entries have
 */
export function replaceEntries(
  stored: readonly StoredEntry[],
  posted: readonly PostedEntry[],
  newId: NewId,
): StoredEntry[] {
  const named = new Set<string>()
  for (const { id } of posted) {
    if (id === undefined) continue
    if (!stored.some((one) => one.id === id)) {
      throw invalidRequest(
        `There is no federation entry with id '${id}': leave id out for a new one`,
      )
    }
    if (named.has(id)) throw invalidRequest(`Two federation entries have the id '${id}'`)
    named.add(id)
  }
  const unnamed = new Map(
    stored.filter(({ id }) => !named.has(id)).map((one) => [conditionsOf(postedEntry(one)), one]),
  )
  return posted.map(({ id, ...entry }) => {
    const before =
      id === undefined ? unnamed.get(conditionsOf(entry)) : stored.find((one) => one.id === id)
    if (!before) return { ...entry, id: newId(), version: 1 }
    const isChanged = !isSameEntry(postedEntry(before), entry)
    return { ...entry, id: before.id, version: before.version + (isChanged ? 1 : 0) }
  })
}
