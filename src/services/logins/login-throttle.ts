import { createHash } from 'node:crypto'
import type { Origin } from '../../domain/actor.ts'
import { ServiceError } from '../../domain/errors.ts'
import { networkOf } from '../../domain/network.ts'
import type { Clock } from '../../domain/runtime.ts'
import { createWindows } from '../../domain/windows.ts'

const WINDOW_MS = 60_000
/** Wrong passwords a minute for one account from one address. */
const MAX_OF_ACCOUNT = 10
/** Wrong passwords a minute from one address, whoever the accounts are. */
const MAX_OF_ADDRESS = 100
/** Wrong tokens a minute for one account from one address; a build farm has one address and many jobs. */
const MAX_TOKENS_OF_ACCOUNT = 60
/** Wrong tokens a minute from one address, whosever they are. */
const MAX_TOKENS_OF_ADDRESS = 600
const MAX_KEYS = 20_000
/** How long an address that an account logged in from stays known. */
const KNOWN_MS = 24 * 3_600_000

export type LoginThrottle = ReturnType<typeof createLoginThrottle>

/**
 * Slows down who guesses credentials. All counts are by address, so that nobody is locked out by what
 * others do elsewhere; each server counts for itself.
 */
export function createLoginThrottle({ clock }: { clock: Clock }) {
  const windows = { clock, windowMs: WINDOW_MS, maxKeys: MAX_KEYS }
  const accounts = createWindows(windows)
  const addresses = createWindows(windows)
  const tokensOfAccounts = createWindows(windows)
  const tokensOfAddresses = createWindows(windows)
  const known = createWindows({ ...windows, windowMs: KNOWN_MS })

  function refuseOver(counts: ReturnType<typeof createWindows>, key: string, max: number) {
    if (counts.count(key) < max) return
    throw new ServiceError('rate_limited', 'Too many failed logins', {
      retryAfter: counts.secondsLeft(key),
    })
  }

  return {
    /**
     * Runs the check of a password that a person chose, unless too many failed before: it is expensive, and
     * the password may be guessed. The count per address does not hold for accounts that are known there.
     *
     * @param check answers undefined for a wrong password
     * @throws {ServiceError} `rate_limited`
     */
    async password<T>(account: string, origin: Origin, check: () => Promise<T | undefined>) {
      const address = networkOf(origin.ip)
      const key = keyOf(account, address)
      refuseOver(accounts, key, MAX_OF_ACCOUNT)
      if (known.count(key) === 0) refuseOver(addresses, address, MAX_OF_ADDRESS)
      // Counted before it is checked: guesses that come at once count as well.
      accounts.add(key)
      addresses.add(address)
      const result = await check().catch((error) => {
        refund()
        throw error
      })
      if (result === undefined) return undefined
      refund()
      accounts.forget(key)
      known.forget(key)
      known.add(key)
      return result

      function refund() {
        accounts.subtract(key)
        addresses.subtract(address)
      }
    },

    /**
     * Counts a wrong token. Tokens cannot be guessed, so that right ones are always let in: this is for those
     * that were found wrong.
     *
     * @param account one that exists; all others share a name, or each made-up one would begin at 0
     * @throws {ServiceError} `rate_limited` where too many were
     */
    wrongToken(account: string, origin: Origin) {
      const address = networkOf(origin.ip)
      const key = keyOf(account, address)
      refuseOver(tokensOfAccounts, key, MAX_TOKENS_OF_ACCOUNT)
      refuseOver(tokensOfAddresses, address, MAX_TOKENS_OF_ADDRESS)
      tokensOfAccounts.add(key)
      tokensOfAddresses.add(address)
    },
  }
}

/** Of any length that a caller sends, a key of one length. */
const keyOf = (account: string, address: string) =>
  createHash('sha256').update(`${account}\0${address}`).digest('base64')
