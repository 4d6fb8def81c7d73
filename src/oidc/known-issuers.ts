import type { KeySet } from '../crypto/key-set.ts'
import type { Clock } from '../domain/runtime.ts'

/** What a token finds no key for: its `kid`, or its signature, which a key of that `kid` must prove. */
export type Want = 'key' | 'signature'

/** What is known of an issuer; times in milliseconds since 1970. */
export interface KnownIssuer {
  keySet: KeySet | undefined
  fetchedAt: number
  failure: unknown
  failedAt: number
  /** When it was last asked anew for want of a key. */
  askedAt: Record<Want, number>
  refreshing: Promise<void> | undefined
}

interface KnownIssuersOptions {
  clock: Clock
  maxIssuers: number
  /** How much memory the keys of all issuers may take together (bytes, about). */
  maxBytes: number
  /** How long keys can be used (ms). */
  usableFor: number
}

/**
 * The issuers that are remembered. Those without usable keys are forgotten first, then the one unused for longest:
 * made-up issuers, of which nothing but a failure is known, push out none that has keys or is being asked.
 */
export function createKnownIssuers(options: KnownIssuersOptions) {
  const { clock, maxIssuers, maxBytes, usableFor } = options
  /** In the order of their use: a Map keeps its keys in the order in which they were set. */
  const issuers = new Map<string, KnownIssuer>()
  let bytes = 0

  const hasUsableKeys = ({ keySet, fetchedAt }: KnownIssuer) =>
    keySet !== undefined && clock().getTime() - fetchedAt < usableFor

  /** @returns whether there was one to forget */
  function forgetOne(candidates: [string, KnownIssuer][]): boolean {
    const isUseless = (one: KnownIssuer) => !hasUsableKeys(one) && one.refreshing === undefined
    const forgotten = candidates.find(([, one]) => isUseless(one)) ?? candidates[0]
    if (!forgotten) return false
    const [issuer, { keySet }] = forgotten
    issuers.delete(issuer)
    bytes -= keySet?.bytes ?? 0
    return true
  }

  return {
    hasUsableKeys,

    all: (): Iterable<KnownIssuer> => issuers.values(),

    /** What is known of the issuer, nothing perhaps; from now on it is the last used one. */
    recall(issuer: string): KnownIssuer {
      const known = issuers.get(issuer) ?? createUnknownIssuer()
      issuers.delete(issuer)
      if (issuers.size >= maxIssuers) forgetOne([...issuers])
      issuers.set(issuer, known)
      return known
    },

    /** Takes the keys that the issuer has now. @param fetchedAt ms since 1970 */
    learn(issuer: string, known: KnownIssuer, keySet: KeySet, fetchedAt: number) {
      // While its keys were fetched the issuer may have been forgotten: then only those who wait for them have them.
      if (issuers.get(issuer) === known) bytes += keySet.bytes - (known.keySet?.bytes ?? 0)
      known.keySet = keySet
      known.fetchedAt = fetchedAt
      const withKeys = () => [...issuers].filter(([, one]) => one.keySet !== undefined)
      while (bytes > maxBytes && forgetOne(withKeys()));
    },
  }
}

function createUnknownIssuer(): KnownIssuer {
  const never = Number.NEGATIVE_INFINITY
  return {
    keySet: undefined,
    fetchedAt: never,
    failure: undefined,
    failedAt: never,
    askedAt: { key: never, signature: never },
    refreshing: undefined,
  }
}
