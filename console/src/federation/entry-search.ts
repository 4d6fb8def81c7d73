import type { components } from '../generated/openapi.d.ts'
import type { NewEntry } from './entry-query.ts'

type Report = components['schemas']['FederationTestReport']

/** In place of what an entry has under a key, or for `claims.x`, what a token has, as JSON. */
export interface EntrySearch {
  check?: string
  got?: string
}

/** What follows `?` in the address of an entry. */
export function readEntrySearch({ check, got }: Record<string, unknown>): EntrySearch {
  return typeof check === 'string' && typeof got === 'string' ? { check, got } : {}
}

/** Checks that hold once the entry has what the token has. */
const MENDED = /^(subject|audiences|claims\..+)$/

/** The entry that a token comes nearest to, and what it is to have for that; undefined where none can be changed to admit it. */
export function nearestEntry({ admitted, checks }: Report) {
  if (admitted) return undefined
  const differing = checks.filter(({ ok, check, got }) => !ok && MENDED.test(check) && isSaid(got))
  const heldBy = (id: string) => checks.filter(({ entry, ok }) => ok && entry === id).length
  const [nearest] = differing.sort((one, other) => heldBy(other.entry) - heldBy(one.entry))
  if (!nearest) return undefined
  const { entry: id, check, got } = nearest
  return { id, search: { check, got: JSON.stringify(got) } }
}

/** An entry can compare no object, and not what is not there. */
const isSaid = (got: unknown) =>
  (Array.isArray(got) ? got.length > 0 : typeof got !== 'object') && got !== undefined

/** The entry with what the token has; as it is, where the address says nothing, or what is no JSON. */
export function entryWith(entry: NewEntry, { check, got }: EntrySearch): NewEntry {
  if (!check || got === undefined || !MENDED.test(check)) return entry
  try {
    const value = JSON.parse(got)
    if (check === 'audiences') return { ...entry, audiences: [value].flat().map(String) }
    if (check !== 'subject') {
      return { ...entry, claims: { ...entry.claims, [check.slice('claims.'.length)]: value } }
    }
    const { subject_match, ...exact } = entry
    return { ...exact, subject: String(value) }
  } catch {
    return entry
  }
}
