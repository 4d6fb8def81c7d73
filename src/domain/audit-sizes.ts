import { beginningOf } from './cut-text.ts'

// How much of what callers send is kept in an entry of the log; `audited-claims.ts` says which claims.

/** Of the name of a performer (characters). */
export const MAX_PERFORMER_NAME = 255
/** Of the header `user-agent` (characters). */
export const MAX_USER_AGENT = 512
/** Of the same header, of a robot's last use. */
export const MAX_LAST_AGENT = 255
export const MAX_LAST_SUBJECT = 255
/** Of the message of a failed log-in (characters): messages can quote a token's claims. */
export const MAX_FAILURE_MESSAGE = 512
/** Of the issuer and the subject that failed to log in: as much as configured ones may have (characters). */
export const MAX_IDENTITY = 2048

/** Of the federation entries of a robot together, and of what changed in them (bytes of JSON): two hundred of usual length. */
export const MAX_FEDERATION_CONFIG = 65_536

/** Longest copy of a caller's own data in an audit entry (bytes of JSON). */
const MAX_BYTES = 4096

/** A caller's data as it stands in the audit log: whole, or, where it is long, its size. */
export function auditable<T extends object | string>(
  data: T | null | undefined,
  maxBytes = MAX_BYTES,
): T | { omitted_bytes: number } | null {
  if (data === null || data === undefined) return null
  const bytes = Buffer.byteLength(JSON.stringify(data))
  return bytes > maxBytes ? { omitted_bytes: bytes } : data
}

/**
 * The beginning of a text that anybody may have sent. NUL and half a character are replaced: as JSON they can be
 * stored, but then the database reads nothing of the entry.
 *
 * @param max characters
 */
export const auditableText = (text: string, max: number): string =>
  beginningOf(text, max).replaceAll('\0', '\ufffd')
