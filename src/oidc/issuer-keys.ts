import type { KeySet } from '../crypto/key-set.ts'
import type { ServiceError } from '../domain/errors.ts'
import { issuerUnavailable, notYetProven } from '../domain/exchange-errors.ts'
import type { IssuerFaultError } from '../domain/issuer-fault.ts'
import {
  FAILURE_REMEMBERED_FOR,
  FRESH_FOR,
  USABLE_FOR,
  WANT_PAUSE,
} from '../domain/issuer-key-life.ts'
import type { Clock } from '../domain/runtime.ts'
import type { IssuerState, Telemetry } from '../domain/telemetry.ts'
import { faultOf, toFaultError } from './issuer-error.ts'
import { MAX_ISSUERS, MAX_KEY_BYTES } from './issuer-limits.ts'
import type { IssuerSource } from './issuer-sources.ts'
import { createKnownIssuers, type KnownIssuer, type Want } from './known-issuers.ts'
import { createWaitingRoom } from './waiting-room.ts'

/** The reason, if there is one, not to ask issuers on a caller's behalf now. Called only where one would be asked. */
export type HoldOff = () => ServiceError | undefined

/** On whose behalf an issuer is asked. */
interface Caller {
  network: string
  holdOff: HoldOff
}

/** Why keys do not do for a token. */
export interface KeyProblem {
  want: Want
  /** For who sent it. */
  words: string
}

type Attempt = (keySet: KeySet) => KeyProblem | undefined

/** An issuer that failed when it was last asked, while its keys of before serve. */
export interface Outage {
  failure: IssuerFaultError
  /** Until when they do. */
  servesUntil: Date
}

export interface IssuerKeys {
  /** How many of the issuers that were asked are in each state. */
  states(): Record<IssuerState, number>
  /**
   * Tries the issuer's keys, those known before while it cannot be asked, and newer ones where the known ones do not do.
   *
   * @param network of the caller (`networkOf`)
   * @returns the problem that there is with the keys that the issuer has now; undefined if there is none
   * @throws {ServiceError} `exchange_refused` if the issuer may not be asked, or its documents name another one;
   *   `unavailable` if it cannot be reached or answers nonsense, and no known keys are usable, and while it is not known
   *   whether there are newer ones; the reason of `holdOff`, where the issuer would have to be asked
   */
  tryKeys(
    source: IssuerSource,
    attempt: Attempt,
    network: string,
    holdOff?: HoldOff,
  ): Promise<KeyProblem | undefined>
  /** Undefined where the issuer did not fail, and where it has no keys that serve. */
  outageOf(source: IssuerSource): Outage | undefined
}

interface IssuerKeysOptions {
  clock: Clock
  telemetry?: Pick<Telemetry, 'record'>
  /** How many callers may wait for issuers' answers at a time. */
  maxWaiting: number
  /** How many issuers are remembered, more than can be asked at a time. */
  maxIssuers?: number
  /** How much memory their keys may take together (bytes, about). */
  maxBytes?: number
}

const SECOND = 1_000

/**
 * Makes the cache of issuers' keys; `domain/issuer-key-life.ts` says how long they serve. A key that is not among the known
 * ones, or may have been replaced under its name, makes the issuer be asked again, for either after a pause of its own;
 * callers share the refresh under way, and not too many may wait for it. Where `holdOff` has a reason, the issuer is not
 * asked: its known keys serve while they are usable.
 */
export function createIssuerKeys(options: IssuerKeysOptions): IssuerKeys {
  const { clock, telemetry, maxWaiting } = options
  const { maxIssuers = MAX_ISSUERS + maxWaiting, maxBytes = MAX_KEY_BYTES } = options
  const { recall, learn, hasUsableKeys, all } = createKnownIssuers({
    clock,
    maxIssuers,
    maxBytes,
    usableFor: USABLE_FOR,
  })
  const waitingRoom = createWaitingRoom(maxWaiting)
  const ageOf = (time: number) => clock().getTime() - time

  /** Asks the issuer and notes what came of it; never rejects. */
  async function ask(
    source: IssuerSource,
    known: KnownIssuer,
    want: Want | undefined,
  ): Promise<void> {
    try {
      // What others of this server have fetched does as long as it is fresh, but not where a key is missing.
      const now = clock().getTime()
      const since = want === undefined ? Math.max(known.fetchedAt, now - FRESH_FOR) : now
      const { keySet, fetchedAt } = await source.fetchKeySet(since)
      learn(source.id, known, keySet, fetchedAt)
    } catch (error) {
      known.failure = error
      known.failedAt = clock().getTime()
      telemetry?.record({ event: 'issuer_failure', fault: faultOf(error) })
    } finally {
      known.refreshing = undefined
    }
  }

  const hasFailed = (known: KnownIssuer) => ageOf(known.failedAt) < FAILURE_REMEMBERED_FOR

  /** @param want what is sought that the known keys lack; without, they do where the issuer may not be asked */
  async function refresh(
    source: IssuerSource,
    known: KnownIssuer,
    { caller, want }: { caller: Caller; want?: Want },
  ): Promise<void> {
    if (hasFailed(known)) return
    const refused = caller.holdOff()
    const leave = refused ? undefined : waitingRoom.enter(source.id, caller.network)
    if (leave) await refreshing(source, known, want).finally(leave)
    else if (want !== undefined || !hasUsableKeys(known)) throw refused ?? crowded(source)
  }

  /** Resolves when the issuer has been asked: now, unless that is under way. */
  function refreshing(source: IssuerSource, known: KnownIssuer, want: Want | undefined) {
    if (known.refreshing) return known.refreshing
    if (want !== undefined) known.askedAt[want] = clock().getTime()
    known.refreshing = ask(source, known, want)
    return known.refreshing
  }

  function usableKeySet(source: IssuerSource, known: KnownIssuer): KeySet {
    if (known.keySet !== undefined && hasUsableKeys(known)) return known.keySet
    throw failureOf(source, known)
  }

  function failureOf({ issuer }: IssuerSource, { failure, failedAt }: KnownIssuer) {
    const retryAfter = Math.ceil((FAILURE_REMEMBERED_FOR - ageOf(failedAt)) / SECOND)
    return toFaultError(issuer, failure, Math.max(1, retryAfter))
  }

  async function currentKeySet(source: IssuerSource, caller: Caller): Promise<KeySet> {
    const known = recall(source.id)
    const cached = ageOf(known.fetchedAt) < FRESH_FOR
    if (!cached) await refresh(source, known, { caller })
    telemetry?.record({ event: 'issuer_keys', result: cached ? 'cached' : RESULTS[stateOf(known)] })
    return usableKeySet(source, known)
  }

  /** The keys that the issuer has now, where it has others than these. */
  async function newerKeySet(
    source: IssuerSource,
    than: KeySet,
    { want, caller }: { want: Want; caller: Caller },
  ): Promise<KeySet> {
    const known = recall(source.id)
    const mayAsk = ageOf(known.askedAt[want]) >= WANT_PAUSE
    if (known.keySet === than && (mayAsk || known.refreshing !== undefined)) {
      await refresh(source, known, { caller, want })
    }
    if (known.keySet !== undefined && known.keySet !== than) return known.keySet
    const rest = Math.max(1, Math.ceil((WANT_PAUSE - ageOf(known.askedAt[want])) / SECOND))
    throw hasFailed(known) ? toFaultError(source.issuer, known.failure, rest) : notYet(source, rest)
  }

  async function tryKeys(source: IssuerSource, attempt: Attempt, caller: Caller) {
    if (source.keySet) return attempt(source.keySet)
    const before = recall(source.id).keySet
    const keySet = await currentKeySet(source, caller)
    const problem = attempt(keySet)
    if (problem === undefined || keySet !== before) return problem
    return attempt(await newerKeySet(source, keySet, { want: problem.want, caller }))
  }

  function stateOf(known: KnownIssuer): IssuerState {
    if (ageOf(known.fetchedAt) < FRESH_FOR) return 'fresh'
    return hasUsableKeys(known) ? 'stale' : 'failed'
  }

  return {
    states() {
      const counts = { fresh: 0, stale: 0, failed: 0 }
      for (const known of all()) if (wasAsked(known)) counts[stateOf(known)] += 1
      return counts
    },
    tryKeys: (source, attempt, network, holdOff = nothing) =>
      tryKeys(source, attempt, { network, holdOff }),
    outageOf(source) {
      const known = recall(source.id)
      if (known.failedAt <= known.fetchedAt || stateOf(known) !== 'stale') return undefined
      const servesUntil = new Date(known.fetchedAt + USABLE_FOR)
      return { failure: failureOf(source, known), servesUntil }
    },
  }
}

const wasAsked = ({ fetchedAt, failedAt }: KnownIssuer) => fetchedAt > 0 || failedAt > 0

/** How an attempt to refresh the keys ended. */
const RESULTS = { fresh: 'fetched', stale: 'stale', failed: 'failed' } as const

const nothing = () => undefined

const notYet = ({ issuer }: IssuerSource, seconds: number) =>
  notYetProven(
    `The key of the token is not among those known of '${issuer}', which is asked again in ${seconds} s`,
    seconds,
  )

const crowded = ({ issuer }: IssuerSource) =>
  issuerUnavailable(`Too many wait for the keys of identity provider '${issuer}'`, 1)
