import { createHash } from 'node:crypto'
import { invalidRequest } from './errors.ts'

/** Which external identity may act as a robot: the document that was posted. What it does not say, it has no key for. */
export interface FederationEntry {
  issuer: string
  subject: string
  audiences?: string[] | undefined
}

/** Identifies issuer and subject together, exactly as configured. */
export const matchHash = (issuer: string, subject: string) =>
  createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest()

/**
 * Checks a posted configuration beyond its structure.
 *
 * @throws {ServiceError} `invalid_request` in Quay's words
 */
export const assertFederationConfig = (entries: readonly FederationEntry[]) => {
  for (const { issuer, subject } of entries) {
    if (issuer === '' || subject === '') {
      throw invalidRequest('Missing one or more required fields (issuer, subject)')
    }
    if (!/^https?:\/\//.test(issuer)) {
      throw invalidRequest('Issuer must be a URL (http:// or https://)')
    }
  }
  const identities = new Set(
    entries.map(({ issuer, subject }) => JSON.stringify([issuer, subject])),
  )
  if (identities.size < entries.length) throw invalidRequest('Duplicate federation config entry')
}

/** Whether two entries say the same. */
export const isSameEntry = (one: FederationEntry, other: FederationEntry) =>
  canonical(one) === canonical(other)

/** JSON in which the order of keys makes no difference. */
const canonical = (document: object) =>
  JSON.stringify(document, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
