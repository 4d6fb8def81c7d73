import { createHash } from 'node:crypto'
import { invalidRequest } from './errors.ts'

/** An external identity that may act as a robot; without audiences a token's audience is not checked. */
export interface FederationEntry {
  issuer: string
  subject: string
  audiences: string[]
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

/** Whether two entries admit the same tokens. */
export const sameEntry = (a: FederationEntry, b: FederationEntry) =>
  a.issuer === b.issuer &&
  a.subject === b.subject &&
  a.audiences.length === b.audiences.length &&
  a.audiences.every((audience, index) => audience === b.audiences[index])
