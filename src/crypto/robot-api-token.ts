import { createHash, timingSafeEqual } from 'node:crypto'
import { randomText, UPPER_ALPHANUMERIC } from '../domain/random-text.ts'
import type { RandomBytes } from '../domain/runtime.ts'

// An API token of a robot, in Quay's form: `qro_`, 20 characters that stand in clear in the database, and 40 that do not.

const PREFIX = 'qro_'
const CODE = 24
const SECRET = 40
const FORMAT = new RegExp(`^${PREFIX}[A-Z0-9]{${CODE - PREFIX.length + SECRET}}$`)

/** Whether the text is meant as such a token. */
export const looksLikeRobotApiToken = (text: string) => text.startsWith(PREFIX)

export interface RobotApiTokenParts {
  /** By which it is found. */
  code: string
  /** SHA-256 of the 206 random bits that are its secret: as of other API tokens, a slow hash would protect nothing. */
  digest: Buffer<ArrayBuffer>
}

/** A new token, and what is kept of it. */
export function generateRobotApiToken(randomBytes: RandomBytes) {
  const length = CODE - PREFIX.length + SECRET
  const token = PREFIX + randomText(randomBytes, UPPER_ALPHANUMERIC, length)
  return { token, parts: split(token) }
}

/** @returns undefined for what has not the form of such a token */
export const partsOf = (token: string) => (FORMAT.test(token) ? split(token) : undefined)

const split = (token: string): RobotApiTokenParts => ({
  code: token.slice(0, CODE),
  digest: createHash('sha256').update(token.slice(CODE)).digest(),
})

/** Whether the secret is the stored one, compared in equal time. */
export const hasDigest = ({ digest }: RobotApiTokenParts, stored: Uint8Array) =>
  stored.length === digest.length && timingSafeEqual(stored, digest)
