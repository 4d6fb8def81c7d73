import type { components } from '../generated/openapi.d.ts'
import type { NewEntry } from './entry-query.ts'

type Report = components['schemas']['FederationTestReport']

/** In place of what an entry has, what a token has: JSON by check, `{"subject": "…", "claims.ref": "…"}`. */
export interface EntrySearch {
  got?: string
}

/** What follows `?` in the address of an entry. */
export const readEntrySearch = ({ got }: Record<string, unknown>): EntrySearch =>
  typeof got === 'string' ? { got } : {}

/** Checks that hold once the entry has what the token has. */
const MENDED = /^(subject|audiences|claims\..+)$/

/** Whether all that an entry compares is as it wants it: another would admit the same. */
export const hasMatch = ({ checks }: Report): boolean =>
  checks.some(({ entry }) => checks.every((one) => one.entry !== entry || one.ok))

/**
 * The entry that a token comes nearest to, what it is to have for that, and whether that is enough; undefined where none can be
 * changed to admit it.
 */
export function nearestEntry({ admitted, checks }: Report) {
  if (admitted) return undefined
  const differing = checks.filter(({ ok, check, got }) => !ok && MENDED.test(check) && isSaid(got))
  const heldBy = (id: string) => checks.filter(({ entry, ok }) => ok && entry === id).length
  const ids = [...new Set(differing.map(({ entry }) => entry))]
  const [id] = ids.sort((one, other) => heldBy(other) - heldBy(one))
  if (id === undefined) return undefined
  const got = differing.filter(({ entry }) => entry === id).map(({ check, got }) => [check, got])
  const isEnough = checks.every((one) => one.entry !== id || one.ok || differing.includes(one))
  return { id, search: { got: JSON.stringify(Object.fromEntries(got)) }, isEnough }
}

/** An entry can compare no object, and not what is not there. */
const isSaid = (got: unknown) =>
  (Array.isArray(got) ? got.length > 0 : typeof got !== 'object') && got !== undefined

/** What the address says that the token has, by check; nothing, where it is no JSON. */
function gotBy({ got }: EntrySearch): [check: string, value: unknown][] {
  if (got === undefined) return []
  try {
    return Object.entries(JSON.parse(got) as object).filter(([check]) => MENDED.test(check))
  } catch {
    return []
  }
}

/** Checks of which `entryWith` takes what the token has. */
export const takenFromToken = (search: EntrySearch): string[] =>
  gotBy(search).map(([check]) => check)

/** The entry with all that the token has; as it is, where the address says nothing. */
export const entryWith = (entry: NewEntry, search: EntrySearch): NewEntry =>
  gotBy(search).reduce(mended, entry)

function mended(entry: NewEntry, [check, value]: [string, unknown]): NewEntry {
  if (check === 'audiences') return { ...entry, audiences: [value].flat().map(String) }
  if (check === 'subject') {
    const { subject_match, ...exact } = entry
    return { ...exact, subject: String(value) }
  }
  const claims = { ...entry.claims, [check.slice('claims.'.length)]: value }
  return { ...entry, claims: claims as NonNullable<NewEntry['claims']> }
}
