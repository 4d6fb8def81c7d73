import { createHash } from 'node:crypto'
import type { ClaimConditions } from './claim-conditions.ts'
import { invalidRequest } from './errors.ts'

/** Which external identity may act as a robot: the document as it was posted. It has no key for what was left out. */
export interface FederationEntry {
  issuer: string
  /** Name of the issuer record that has the keys; undefined: the issuer publishes them. */
  issuer_ref?: string | undefined
  subject: string
  /** Undefined: the subject is exactly this. */
  subject_match?: 'glob' | undefined
  audiences?: string[] | undefined
  claims?: ClaimConditions | undefined
  /** Seconds since the token's `iat`. */
  max_token_age?: number | undefined
  /** Whether a token buys one robot token, and no more. */
  single_use?: boolean | undefined
  /** Seconds that the robot token lives; undefined: as long as the operator says. */
  expires_in?: number | undefined
  /** What the robot token reaches at most: `repository:PATTERN:ACTION,…`; undefined: what the robot reaches. */
  registry_scopes?: string[] | undefined
  description?: string | undefined
}

/** As it is stored: the version rises with every change, so that id and version stand for one content for ever. */
export interface StoredEntry extends FederationEntry {
  id: string
  version: number
}

/** An entry without what the service has added to it. */
export const postedEntry = ({ id, version, ...entry }: StoredEntry): FederationEntry => entry

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
export function assertFederationConfig(entries: readonly FederationEntry[]) {
  for (const { issuer, subject } of entries) {
    if (issuer === '' || subject === '') {
      throw invalidRequest('Missing one or more required fields (issuer, subject)')
    }
    if (!/^https?:\/\//.test(issuer)) {
      throw invalidRequest('Issuer must be a URL (http:// or https://)')
    }
  }
  if (new Set(entries.map(conditionsOf)).size < entries.length) {
    throw invalidRequest('Duplicate federation config entry')
  }
}

/**
 * @param longest seconds that a robot token may live
 * @throws {ServiceError} `invalid_request`
 */
export function assertLifetime({ expires_in: seconds = 0 }: FederationEntry, longest: number) {
  if (seconds <= longest) return
  throw invalidRequest(`expires_in must be at most ${longest} (ROBOT_TOKEN_TTL), and is ${seconds}`)
}

/** The records by which entries trust an issuer, each once; undefined for the keys that it publishes itself. */
export const issuerRefs = (entries: readonly FederationEntry[], issuer: string) => [
  ...new Set(entries.filter((one) => one.issuer === issuer).map((one) => one.issuer_ref)),
]

/** Whom an entry admits, as a text that can be compared: no two entries of a robot admit the same. */
export const conditionsOf = ({
  single_use,
  expires_in,
  registry_scopes,
  description,
  ...conditions
}: FederationEntry) => canonical(conditions)

/** Whether two entries say the same. */
export const isSameEntry = (one: FederationEntry, other: FederationEntry) =>
  canonical(one) === canonical(other)

/** JSON in which the order of keys makes no difference. */
export const canonical = (document: object) =>
  JSON.stringify(document, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
