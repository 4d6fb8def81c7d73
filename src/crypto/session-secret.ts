import { createHash, timingSafeEqual } from 'node:crypto'
import type { RandomBytes } from '../domain/runtime.ts'

const BYTES = 32
const FORMAT = /^[\w-]{43}$/

/** What the cookie of a session holds: 256 random bits, base64url. */
export const generateSessionSecret = (randomBytes: RandomBytes) =>
  randomBytes(BYTES).toString('base64url')

export const isSessionSecret = (text: string) => FORMAT.test(text)

/** SHA-256 of the secret, under which it is stored and found. */
export const digestSessionSecret = (secret: string): Buffer<ArrayBuffer> =>
  createHash('sha256').update(secret).digest()

/**
 * What the header `X-CSRF-Token` of a session's requests holds. It follows from the secret, so that nobody has to store it,
 * and the secret does not follow from it.
 */
export const csrfTokenOf = (secret: string) => csrfDigest(secret).toString('base64url')

/** Whether it is that of the session; in equal time. */
export function isCsrfTokenOf(secret: string, token: string) {
  const expected = Buffer.from(csrfTokenOf(secret))
  const given = Buffer.from(token)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

const csrfDigest = (secret: string) => createHash('sha256').update(`csrf ${secret}`).digest()
