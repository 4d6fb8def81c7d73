import { createHash } from 'node:crypto'
import { invalidRequest } from './errors.ts'

/** A JSON Web Key (RFC 7517 §4). */
export type Jwk = Record<string, unknown>

/** When keys were first put into a record, by fingerprint; ISO 8601. */
export type KeyDates = Record<string, string>

const MATERIAL = ['kid', 'kty', 'crv', 'n', 'e', 'x', 'y']

/** Tells keys apart: the numbers of a key, and its name. */
const fingerprintOf = (jwk: Jwk): string =>
  createHash('sha256')
    .update(JSON.stringify(MATERIAL.map((name) => jwk[name] ?? null)))
    .digest('base64url')

/** The dates of the keys that a record has now: those that it had before keep theirs. */
export const datesOf = (keys: readonly Jwk[], before: KeyDates, now: Date): KeyDates =>
  Object.fromEntries(keys.map(fingerprintOf).map((key) => [key, before[key] ?? now.toISOString()]))

/** How old a key of a record is. */
export interface KeyAge {
  kid: string | undefined
  /** ISO 8601 */
  addedAt: string
  /** Whole days. */
  age: number
}

const DAY = 86_400_000

export const agesOf = (keys: readonly Jwk[], dates: KeyDates, now: Date): KeyAge[] =>
  keys.map((jwk) => {
    const addedAt = dates[fingerprintOf(jwk)] ?? now.toISOString()
    const age = Math.floor(Math.max(0, now.getTime() - Date.parse(addedAt)) / DAY)
    return { kid: typeof jwk.kid === 'string' ? jwk.kid : undefined, addedAt, age }
  })

/** Members of private and of secret keys (RFC 7518 §6.2.2, §6.3.2, §6.4.1, RFC 8037 §2). */
const SECRET = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** @throws {ServiceError} `invalid_request` where a key must not be shown to anybody */
export function assertPublic(keys: readonly Jwk[]) {
  if (!keys.some(isSecret)) return
  throw invalidRequest(
    'jwks holds a private or secret key: it is compromised now; put public keys only',
  )
}

const isSecret = (jwk: Jwk): boolean =>
  SECRET.some((name) => jwk[name] !== undefined && jwk[name] !== null)
