import argon2 from 'argon2'
import { invalidRequest } from '../domain/errors.ts'
import { type Claim, createFairLimiter } from '../domain/fair-limiter.ts'
import { isTooLong, MAX_PASSWORD_BYTES } from '../domain/password-rules.ts'

/** 19 MiB, 2 passes, 1 lane: OWASP Password Storage Cheat Sheet, Argon2id. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** How many may wait for their turn: some three seconds of work. */
const MAX_WAITING = 128

/** On behalf of callers of the API, whose tokens have been checked. */
const API: Claim = { party: 'api', isTrusted: true }

/** The functions of the package `argon2` that are used. */
interface Algorithm {
  hash(password: string, options: argon2.Options): Promise<string>
  verify(hash: string, password: string): Promise<boolean>
}

export type PasswordCost = typeof COST

export type Passwords = ReturnType<typeof createPasswords>

/**
 * Hashes and verifies the passwords of users with argon2id (RFC 9106). At most `concurrency` run at a
 * time, which bounds memory and leaves threads to the rest; 128 more may wait.
 *
 * Both functions throw ServiceError `unavailable` when too many wait.
 */
export function createPasswords({
  concurrency = 2,
  cost = COST,
  algorithm = argon2 as Algorithm,
} = {}) {
  const limit = createFairLimiter({
    concurrency,
    maxWaiting: MAX_WAITING,
    refusal: 'Too many logins at once',
  })
  const compute = (password: string, claim: Claim) =>
    limit(() => algorithm.hash(password, { ...cost, type: argon2.argon2id }), claim)

  return {
    /**
     * The PHC string to store.
     *
     * @throws {ServiceError} `invalid_request` when the password is longer than 1024 bytes
     */
    async hash(password: string): Promise<string> {
      if (isTooLong(password)) {
        throw invalidRequest(`A password has at most ${MAX_PASSWORD_BYTES} bytes`)
      }
      return compute(password, API)
    },

    /**
     * Whether the password has this hash. With `null`, for a user who is unknown or has no password,
     * the answer is no, but one hash is computed all the same, so that time does not tell who exists.
     *
     * @param claim on whose behalf
     */
    async verify(hash: string | null, password: string, claim: Claim): Promise<boolean> {
      if (isTooLong(password)) return false
      if (hash !== null) return limit(() => algorithm.verify(hash, password), claim)
      await compute(password, claim)
      return false
    },
  }
}
