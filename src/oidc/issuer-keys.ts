import type { KeyObject } from 'node:crypto'
import type { JWSHeaderParameters } from 'jose'
import { exchangeRefused, ServiceError } from '../domain/errors.ts'
import type { Clock } from '../domain/runtime.ts'
import type { IssuerKeyResult, Telemetry } from '../domain/telemetry.ts'
import type { FetchJson } from './guarded-fetch.ts'
import { fetchKeySet } from './issuer-discovery.ts'
import { IssuerFetchError } from './issuer-fetch-error.ts'
import type { KeySet } from './key-set.ts'
import { createWaitingRoom } from './waiting-room.ts'

export interface IssuerKeys {
  /**
   * The issuer's current keys, or those known before while it cannot be asked.
   * @param caller on whose behalf, by network (`networkOf`)
   * @throws exchange_refused if the issuer may not be asked, or its documents name another one
   * @throws unavailable if it cannot be reached or answers nonsense, and no known keys are usable
   */
  getKeySet(issuer: string, caller: string): Promise<KeySet>
  /**
   * The issuer's key for a token's header; `undefined` if the issuer has none, also when asked anew.
   * @throws as `getKeySet` and `KeySet.find` do
   */
  findKey(
    issuer: string,
    header: JWSHeaderParameters,
    caller: string,
  ): Promise<KeyObject | undefined>
}

interface IssuerKeysOptions {
  fetchJson: FetchJson
  clock: Clock
  telemetry?: Pick<Telemetry, 'record'>
  /** Callers who may wait for answers of issuers at a time. */
  maxWaiting: number
  /**
   * How many issuers are remembered, more than can be asked at a time: those without usable keys are forgotten first,
   * then the one unused for longest.
   */
  maxIssuers?: number
}

/** What is known of an issuer; times in milliseconds since 1970. */
interface KnownIssuer {
  keySet: KeySet | undefined
  fetchedAt: number
  failure: unknown
  failedAt: number
  askedForUnknownKeyAt: number
  refreshing: Promise<void> | undefined
}

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

const freshFor = hour
const usableFor = 24 * hour
const failureRememberedFor = 30 * second
const unknownKeyPause = minute

/**
 * Makes the cache of issuers' keys. Keys are fresh for 1 h, and usable for 24 h as long as no fresh
 * ones can be had; a failure is remembered for 30 s; a key that is not among the known ones makes
 * the issuer be asked again, at most once a minute; callers share the refresh under way, and not too
 * many may wait for it.
 */
export function createIssuerKeys(options: IssuerKeysOptions): IssuerKeys {
  const { fetchJson, clock, telemetry, maxWaiting, maxIssuers = 500 + maxWaiting } = options
  const issuers = new Map<string, KnownIssuer>()
  const waitingRoom = createWaitingRoom(maxWaiting)
  const ageOf = (time: number) => clock().getTime() - time

  /** What is known of the issuer; a Map keeps its keys in the order in which they were set. */
  function recall(issuer: string): KnownIssuer {
    const known = issuers.get(issuer) ?? createUnknownIssuer()
    issuers.delete(issuer)
    if (issuers.size >= maxIssuers) forgetOne()
    issuers.set(issuer, known)
    return known
  }

  /** Made-up issuers, of which nothing but a failure is known, push out none that has keys or is being asked. */
  function forgetOne() {
    for (const [issuer, { keySet, fetchedAt, refreshing }] of issuers) {
      const isUseless = keySet === undefined || ageOf(fetchedAt) >= usableFor
      if (isUseless && refreshing === undefined) return issuers.delete(issuer)
    }
    return issuers.delete(issuers.keys().next().value as string)
  }

  /** Asks the issuer and notes what came of it; never rejects. */
  async function ask(issuer: string, known: KnownIssuer): Promise<void> {
    try {
      known.keySet = await fetchKeySet(fetchJson, issuer)
      known.fetchedAt = clock().getTime()
    } catch (error) {
      known.failure = error
      known.failedAt = clock().getTime()
    } finally {
      known.refreshing = undefined
    }
  }

  async function refresh(issuer: string, known: KnownIssuer, caller: string): Promise<void> {
    if (ageOf(known.failedAt) < failureRememberedFor) return
    const leave = waitingRoom.enter(issuer, caller)
    if (!leave) {
      if (known.keySet !== undefined) return
      throw crowded(issuer)
    }
    known.refreshing ??= ask(issuer, known)
    await known.refreshing.finally(leave)
  }

  function usableKeySet(issuer: string, known: KnownIssuer): KeySet {
    if (known.keySet !== undefined && ageOf(known.fetchedAt) < usableFor) return known.keySet
    const retryAfter = Math.ceil((failureRememberedFor - ageOf(known.failedAt)) / second)
    throw toServiceError(issuer, known.failure, Math.max(1, retryAfter))
  }

  async function getKeySet(issuer: string, caller: string): Promise<KeySet> {
    const known = recall(issuer)
    const cached = ageOf(known.fetchedAt) < freshFor
    if (!cached) await refresh(issuer, known, caller)
    telemetry?.record({ event: 'issuer_keys', result: cached ? 'cached' : resultOf(known) })
    return usableKeySet(issuer, known)
  }

  /** Of an attempt to refresh what is known. */
  function resultOf({ keySet, fetchedAt }: KnownIssuer): IssuerKeyResult {
    if (ageOf(fetchedAt) < freshFor) return 'fetched'
    return keySet !== undefined && ageOf(fetchedAt) < usableFor ? 'stale' : 'failed'
  }

  async function getNewerKeySet(issuer: string, than: KeySet, caller: string): Promise<KeySet> {
    const known = recall(issuer)
    if (known.keySet !== than) return getKeySet(issuer, caller)
    const mayAsk = ageOf(known.askedForUnknownKeyAt) >= unknownKeyPause
    if (mayAsk) known.askedForUnknownKeyAt = clock().getTime()
    if (mayAsk || known.refreshing !== undefined) await refresh(issuer, known, caller)
    return usableKeySet(issuer, known)
  }

  async function findKey(issuer: string, header: JWSHeaderParameters, caller: string) {
    const keySet = await getKeySet(issuer, caller)
    const key = await keySet.find(header)
    if (key !== undefined) return key
    const newerKeySet = await getNewerKeySet(issuer, keySet, caller)
    return newerKeySet.find(header)
  }

  return { getKeySet, findKey }
}

function createUnknownIssuer(): KnownIssuer {
  const never = Number.NEGATIVE_INFINITY
  return {
    keySet: undefined,
    fetchedAt: never,
    failure: undefined,
    failedAt: never,
    askedForUnknownKeyAt: never,
    refreshing: undefined,
  }
}

const crowded = (issuer: string) =>
  new ServiceError('unavailable', `Too many wait for the keys of identity provider '${issuer}'`, {
    retryAfter: 1,
    outcome: 'issuer_unavailable',
  })

/** An address that may not be asked is the operator's choice and no outage, hence no 503. */
function toServiceError(issuer: string, failure: unknown, retryAfter: number): ServiceError {
  if (failure instanceof ServiceError) return failure
  if (failure instanceof IssuerFetchError && failure.reason === 'address_refused') {
    return exchangeRefused(
      `Issuer '${issuer}' may not be contacted: ${failure.message} (see OIDC_ALLOWED_HOSTS)`,
      'issuer_refused',
    )
  }
  const message = `Identity provider '${issuer}' cannot be reached or gives no valid answer`
  return new ServiceError('unavailable', message, {
    retryAfter,
    outcome: 'issuer_unavailable',
    cause: failure,
  })
}
