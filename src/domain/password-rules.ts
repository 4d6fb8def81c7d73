import { ALPHANUMERIC, randomText, UPPER_ALPHANUMERIC } from './random-text.ts'
import type { RandomBytes } from './runtime.ts'

/** Quay has this rule, in these words. */
const PASSWORD_RULE =
  'Invalid password, password must be at least 8 characters and contain no whitespace.'

export function passwordProblem(password: string): string | undefined {
  return password.length < 8 || /\s/.test(password) ? PASSWORD_RULE : undefined
}

/** Longest password that is hashed (bytes). */
export const MAX_PASSWORD_BYTES = 1024

export const isTooLong = (password: string) => Buffer.byteLength(password) > MAX_PASSWORD_BYTES

/** A password for a user who did not choose one: 24 characters of `A-Za-z0-9`, 142 bits. */
export const generatePassword = (randomBytes: RandomBytes) =>
  randomText(randomBytes, ALPHANUMERIC, 24)

/** The same for one whom a superuser makes, as long as Quay's: 32 characters of `A-Z0-9`, 165 bits. */
export const generateInstallPassword = (randomBytes: RandomBytes) =>
  randomText(randomBytes, UPPER_ALPHANUMERIC, 32)
