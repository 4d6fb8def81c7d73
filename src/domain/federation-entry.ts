import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import type { ClaimConditions } from './claim-conditions.ts'
import { invalidRequest, modelRefused } from './errors.ts'
import { assertAtMost, MOST_ENTRY_BYTES } from './fixed-limits.ts'
import { versionTag } from './if-match.ts'

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
  /** Scopes of the API that tokens from `/sts/token` have at most, with blanks between; undefined: none. */
  api_scopes?: string | undefined
  description?: string | undefined
}

/** As it is stored: the version rises with every change, so that id and version stand for one content for ever. */
export interface StoredEntry extends FederationEntry {
  id: string
  version: number
}

/** An entry without what the service has added to it. */
export const postedEntry = ({ id, version, ...entry }: StoredEntry): FederationEntry => entry

/** The entity tag of a list of entries. */
export const entriesTag = (entries: readonly StoredEntry[]) =>
  `"${createHash('sha256').update(entries.map(versionTag).join()).digest('hex')}"`

/** Identifies issuer and subject together, exactly as configured. */
export const matchHash = (issuer: string, subject: string) =>
  createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest()

/** In Quay's words, also of an id that two entries have. */
export const duplicateEntry = () => invalidRequest('Duplicate federation config entry')

/**
 * Checks all entries of a robot beyond their structure.
 *
 * @throws {ServiceError} `invalid_request` in Quay's words, `model_refused` for too many
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
    throw duplicateEntry()
  }
  assertAtMost('federationEntries', entries.length)
  if (Buffer.byteLength(JSON.stringify(entries)) > MOST_ENTRY_BYTES) {
    throw modelRefused(
      `Limit reached: a robot's federation entries can have ${MOST_ENTRY_BYTES} bytes`,
    )
  }
}

/** Whom an entry admits, as a text that can be compared: no two entries of a robot admit the same. */
export const conditionsOf = ({
  single_use,
  expires_in,
  registry_scopes,
  api_scopes,
  description,
  ...conditions
}: FederationEntry) => canonicalJson(conditions)

/** Whether two entries say the same. */
export const isSameEntry = (one: FederationEntry, other: FederationEntry) =>
  canonicalJson(one) === canonicalJson(other)
