import { type ClaimRow, claimsOf, rowsOf } from './claim-row.ts'
import type { EntryPatch, NewEntry } from './entry-query.ts'

/** An entry, as it is edited. */
export interface EntryText {
  issuer: string
  issuer_ref: string
  subject: string
  subject_match: 'exact' | 'glob'
  /** One a line. */
  audiences: string
  claims: ClaimRow[]
  /** Seconds. */
  max_token_age: string
  single_use: 'no' | 'yes'
  /** Seconds. */
  expires_in: string
  /** One a line. */
  registry_scopes: string
  api_scopes: string
  description: string
}

export const entryAsText = (entry: Partial<NewEntry>): EntryText => ({
  issuer: entry.issuer ?? '',
  issuer_ref: entry.issuer_ref ?? '',
  subject: entry.subject ?? '',
  subject_match: entry.subject_match ?? 'exact',
  audiences: entry.audiences?.join('\n') ?? '',
  claims: rowsOf(entry.claims ?? {}),
  max_token_age: entry.max_token_age?.toString() ?? '',
  single_use: entry.single_use ? 'yes' : 'no',
  expires_in: entry.expires_in?.toString() ?? '',
  registry_scopes: entry.registry_scopes?.join('\n') ?? '',
  api_scopes: entry.api_scopes ?? '',
  description: entry.description ?? '',
})

/**
 * What is left empty is absent.
 * @throws {Error} where no number stands where one must be, with the key
 */
export function entryOfText(text: EntryText): NewEntry {
  const claims = claimsOf(text.claims)
  return {
    issuer: text.issuer.trim(),
    subject: text.subject,
    ...(text.subject_match === 'glob' && { subject_match: 'glob' as const }),
    ...given('issuer_ref', text.issuer_ref),
    ...given('audiences', linesOf(text.audiences)),
    ...(Object.keys(claims).length > 0 && { claims: { ...claims } }),
    ...given('max_token_age', numberOf('max_token_age', text.max_token_age)),
    ...(text.single_use === 'yes' && { single_use: true }),
    ...given('expires_in', numberOf('expires_in', text.expires_in)),
    ...given('registry_scopes', linesOf(text.registry_scopes)),
    ...given('api_scopes', text.api_scopes),
    ...given('description', text.description),
  }
}

const given = <Key extends keyof NewEntry>(key: Key, value: NewEntry[Key] | '') =>
  value === undefined || value === '' ? {} : { [key]: value }

/** Lines that say something; undefined: there is none. */
export function linesOf(text: string): string[] | undefined {
  const lines = text.split('\n').map((line) => line.trim())
  const said = lines.filter((line) => line !== '')
  return said.length > 0 ? said : undefined
}

function numberOf(key: string, text: string): number | undefined {
  if (text.trim() === '') return undefined
  const number = Number(text)
  if (Number.isFinite(number)) return number
  throw new Error(`${key} must be a number of seconds`)
}

/** What takes one entry to the other (RFC 7396): what is no longer there is null. */
export function patchOf(before: NewEntry, after: NewEntry): EntryPatch {
  const patch = changesOf({ ...before, claims: undefined }, { ...after, claims: undefined })
  const claims = changesOf(before.claims ?? {}, after.claims ?? {})
  if (Object.keys(claims).length === 0) return patch
  return { ...patch, claims: after.claims ? claims : null } as EntryPatch
}

function changesOf(before: object, after: object): Record<string, unknown> {
  const were = new Map<string, unknown>(Object.entries(before))
  const are = new Map<string, unknown>(Object.entries(after))
  const changed = [...new Set([...were.keys(), ...are.keys()])].filter(
    (key) => JSON.stringify(were.get(key)) !== JSON.stringify(are.get(key)),
  )
  return Object.fromEntries(changed.map((key) => [key, are.get(key) ?? null]))
}
