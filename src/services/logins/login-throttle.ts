import type { Origin } from '../../domain/actor.ts'
import { largestOf, networksOf } from '../../domain/client-networks.ts'
import { ServiceError } from '../../domain/errors.ts'
import type { Claim } from '../../domain/fair-limiter.ts'
import { createGuessCounts, type GuessCount } from '../../domain/guess-counts.ts'
import { WRONG_PASSWORDS, WRONG_TOKENS } from '../../domain/guess-limits.ts'
import { createKnownPlaces } from '../../domain/known-login-places.ts'
import type { Peers } from '../../domain/peers.ts'
import type { Clock } from '../../domain/runtime.ts'
import { shareWindows } from '../../domain/shared-windows.ts'
import { createUnderWay } from '../../domain/tasks-under-way.ts'
import type { Windows } from '../../domain/time-windows.ts'

/** An attempt with a password or a token. */
export interface Guess {
  origin: Origin
  /** Whether a client that tries two ways sends again what was refused a moment ago: that does not count twice. */
  isRepeat?: boolean
}

const KNOWN_PLACES = 'known places'

export type LoginThrottle = ReturnType<typeof createLoginThrottle>

/**
 * Slows down who guesses credentials. Each server counts for itself, in some 30 MB at most
 * (`domain/guess-counts.ts`, `domain/known-login-places.ts`); its processes tell each other what they count.
 */
export function createLoginThrottle({ clock, peers }: { clock: Clock; peers?: Peers | undefined }) {
  const sharing = (kind: string) => (windows: Windows, name: string) =>
    peers ? shareWindows(windows, peers, `wrong ${kind} ${name}`) : windows
  const countsOfPassword = createGuessCounts(clock, WRONG_PASSWORDS, sharing('password'))
  const countsOfToken = createGuessCounts(clock, WRONG_TOKENS, sharing('token'))
  const known = createKnownPlaces(clock)
  peers?.onTold(KNOWN_PLACES, ([account, place]: [string, string]) => known.add(account, place))
  const underWay = createUnderWay()

  function tokenCounts(account: string, origin: Origin) {
    const { pair, others } = countsOfToken(account, networksOf(origin.ip))
    return [pair, ...others]
  }

  return {
    /**
     * Runs the check of a password that a person chose, unless too many failed before: it is expensive, and
     * the password may be guessed. Where the account has been logged in to from this address before, only failures from
     * there count, not what others do elsewhere.
     *
     * @param account an id, or any name that no account has
     * @param check answers undefined for a wrong password
     * @throws {ServiceError} `rate_limited`
     */
    async password<T>(
      account: string,
      { origin, isRepeat = false }: Guess,
      check: (claim: Claim) => Promise<T | undefined>,
    ): Promise<T | undefined> {
      const networks = networksOf(origin.ip)
      const [{ name: address }] = networks
      const isTrusted = known.has(account, address)
      const party = isTrusted ? account : largestOf(networks)
      const { pair, others } = countsOfPassword(account, networks)
      const place = `${account}\0${address}`
      const counts = isRepeat ? [] : [pair, ...others]

      if (!isRepeat) {
        // Each guess counts as wrong until it is checked: a right one may have to wait for others that came at once.
        while (pair.isFull() && (await underWay.oneEnds(place)));
        refuseOver(isTrusted ? [pair] : counts)
      }
      const result = await counting(counts, () =>
        underWay.run(place, () => check({ party, isTrusted })),
      )
      if (result === undefined) return undefined
      pair.forget()
      known.add(account, address)
      peers?.tell(KNOWN_PLACES, [account, address])
      return result
    },

    /**
     * Counts a token that was found wrong. Right tokens are always let in: they cannot be guessed.
     *
     * @param account one that exists; all others share a name, or each made-up one would have a count of its own
     * @throws {ServiceError} `rate_limited` after too many wrong tokens
     */
    wrongToken(account: string, { origin, isRepeat = false }: Guess) {
      if (isRepeat) return
      const counts = tokenCounts(account, origin)
      refuseOver(counts)
      for (const count of counts) count.add()
    },

    /** What `wrongToken` would throw now: for tokens whose check makes work for others. */
    tokenRefusal: (account: string, origin: Origin) => refusalOver(tokenCounts(account, origin)),
  }
}

/** Counts a check as a failure from its beginning; takes that back if the password is right, or the check breaks off. */
async function counting<T>(counts: GuessCount[], check: () => Promise<T | undefined>) {
  for (const count of counts) count.add()
  let isWrong = false
  try {
    const result = await check()
    isWrong = result === undefined
    return result
  } finally {
    if (!isWrong) for (const count of counts) count.subtract()
  }
}

function refuseOver(counts: GuessCount[]) {
  const refusal = refusalOver(counts)
  if (refusal) throw refusal
}

function refusalOver(counts: GuessCount[]): ServiceError | undefined {
  const full = counts.filter((count) => count.isFull())
  if (full.length === 0) return undefined
  return new ServiceError('rate_limited', 'Too many failed logins', {
    retryAfter: Math.max(...full.map((count) => count.secondsLeft())),
  })
}
