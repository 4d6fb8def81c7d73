import { createHash } from 'node:crypto'
import { ALPHANUMERIC, randomText } from '../domain/random-text.ts'
import type { RandomBytes } from '../domain/runtime.ts'

const LENGTH = 40
const FORMAT = new RegExp(`^[A-Za-z0-9]{${LENGTH}}$`)

/** A new API bearer token: 40 characters of `A-Za-z0-9`, 238 bits. */
export function generateOAuthToken(randomBytes: RandomBytes): string {
  return randomText(randomBytes, ALPHANUMERIC, LENGTH)
}

/** Whether the text has the form of an API bearer token; anything else needs no look-up. */
export function isOAuthToken(text: string): boolean {
  return FORMAT.test(text)
}

/**
 * SHA-256 of the token, under which it is stored and found. A slow or salted hash protects secrets
 * that can be guessed; 238 random bits cannot be.
 */
export function digestOAuthToken(token: string): Buffer<ArrayBuffer> {
  return createHash('sha256').update(token).digest()
}
