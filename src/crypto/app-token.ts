import { createHash } from 'node:crypto'
import { randomText, UPPER_ALPHANUMERIC } from '../domain/random-text.ts'
import type { RandomBytes } from '../domain/runtime.ts'

const LENGTH = 120
const FORMAT = new RegExp(`^[A-Z0-9]{${LENGTH}}$`)

/** A new password for registry clients: 120 characters of `A-Z0-9`, 620 bits. */
export const generateAppToken = (randomBytes: RandomBytes) =>
  randomText(randomBytes, UPPER_ALPHANUMERIC, LENGTH)

/** Whether the text has the form of an app-specific token; anything else needs no look-up. */
export const isAppToken = (text: string) => FORMAT.test(text)

/** SHA-256 of the token, under which a log-in finds it. A fast hash is enough: 620 random bits cannot be guessed. */
export const digestAppToken = (token: string): Buffer<ArrayBuffer> =>
  createHash('sha256').update(token).digest()
