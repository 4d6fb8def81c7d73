import type { KeyObject } from 'node:crypto'
import type { JWSHeaderParameters } from 'jose'
import type { ServiceError } from '../domain/errors.ts'
import { issuerUnavailable } from '../domain/exchange-errors.ts'
import type { Clock } from '../domain/runtime.ts'
import type { IssuerKeyResult, Telemetry } from '../domain/telemetry.ts'
import type { FetchJson } from './guarded-fetch.ts'
import { fetchKeySet } from './issuer-discovery.ts'
import { faultOf, toFaultError } from './issuer-error.ts'
import type { KeySet } from './key-set.ts'
import { createKnownIssuers, type KnownIssuer } from './known-issuers.ts'
import { createWaitingRoom } from './waiting-room.ts'

/** The reason, if there is one, not to ask issuers on a caller's behalf now. Called only where one would be asked. */
export type Refusal = () => ServiceError | undefined

/** On whose behalf an issuer is asked. */
interface Caller {
  network: string
  refusal: Refusal
}

export interface IssuerKeys {
  /**
   * The issuer's current keys, or those known before while it cannot be asked.
   * @param network of the caller (`networkOf`)
   * @throws exchange_refused if the issuer may not be asked, or its documents name another one
   * @throws unavailable if it cannot be reached or answers nonsense, and no known keys are usable
   * @throws the reason of `refusal`, where no known keys are usable
   */
  getKeySet(issuer: string, network: string, refusal?: Refusal): Promise<KeySet>
  /**
   * The issuer's key for a token's header; `undefined` if the issuer has none, also when asked anew.
   * @throws as `getKeySet` and `KeySet.find` do
   */
  findKey(
    issuer: string,
    header: JWSHeaderParameters,
    network: string,
    refusal?: Refusal,
  ): Promise<KeyObject | undefined>
}

interface IssuerKeysOptions {
  fetchJson: FetchJson
  clock: Clock
  telemetry?: Pick<Telemetry, 'record'>
  /** How many callers may wait for issuers' answers at a time. */
  maxWaiting: number
  /** How many issuers are remembered, more than can be asked at a time. */
  maxIssuers?: number
  /** How much memory their keys may take together (bytes, about). */
  maxBytes?: number
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
 * many may wait for it. Where `refusal` has a reason, the issuer is not asked: its known keys serve while they are usable.
 */
export function createIssuerKeys(options: IssuerKeysOptions): IssuerKeys {
  const { fetchJson, clock, telemetry, maxWaiting } = options
  const { maxIssuers = 500 + maxWaiting, maxBytes = 16 * 1024 * 1024 } = options
  const { recall, learn, hasUsableKeys } = createKnownIssuers({
    clock,
    maxIssuers,
    maxBytes,
    usableFor,
  })
  const waitingRoom = createWaitingRoom(maxWaiting)
  const ageOf = (time: number) => clock().getTime() - time

  /** Asks the issuer and notes what came of it; never rejects. */
  async function ask(issuer: string, known: KnownIssuer): Promise<void> {
    try {
      learn(issuer, known, await fetchKeySet(fetchJson, issuer))
    } catch (error) {
      known.failure = error
      known.failedAt = clock().getTime()
      telemetry?.record({ event: 'issuer_failure', fault: faultOf(error) })
    } finally {
      known.refreshing = undefined
    }
  }

  async function refresh(
    issuer: string,
    known: KnownIssuer,
    { network, refusal }: Caller,
  ): Promise<void> {
    if (ageOf(known.failedAt) < failureRememberedFor) return
    const refused = refusal()
    const leave = refused ? undefined : waitingRoom.enter(issuer, network)
    if (!leave) {
      if (hasUsableKeys(known)) return
      throw refused ?? crowded(issuer)
    }
    known.refreshing ??= ask(issuer, known)
    await known.refreshing.finally(leave)
  }

  function usableKeySet(issuer: string, known: KnownIssuer): KeySet {
    if (known.keySet !== undefined && hasUsableKeys(known)) return known.keySet
    const retryAfter = Math.ceil((failureRememberedFor - ageOf(known.failedAt)) / second)
    throw toFaultError(issuer, known.failure, Math.max(1, retryAfter))
  }

  async function getKeySet(issuer: string, caller: Caller): Promise<KeySet> {
    const known = recall(issuer)
    const cached = ageOf(known.fetchedAt) < freshFor
    if (!cached) await refresh(issuer, known, caller)
    telemetry?.record({ event: 'issuer_keys', result: cached ? 'cached' : resultOf(known) })
    return usableKeySet(issuer, known)
  }

  /** For the metrics: how an attempt to refresh the keys ended. */
  function resultOf(known: KnownIssuer): IssuerKeyResult {
    if (ageOf(known.fetchedAt) < freshFor) return 'fetched'
    return hasUsableKeys(known) ? 'stale' : 'failed'
  }

  async function getNewerKeySet(issuer: string, than: KeySet, caller: Caller): Promise<KeySet> {
    const known = recall(issuer)
    if (known.keySet !== than) return getKeySet(issuer, caller)
    const mayAsk = ageOf(known.askedForUnknownKeyAt) >= unknownKeyPause
    if (mayAsk) known.askedForUnknownKeyAt = clock().getTime()
    if (mayAsk || known.refreshing !== undefined) await refresh(issuer, known, caller)
    return usableKeySet(issuer, known)
  }

  async function findKey(issuer: string, header: JWSHeaderParameters, caller: Caller) {
    const keySet = await getKeySet(issuer, caller)
    const key = await keySet.find(header)
    if (key !== undefined) return key
    const newerKeySet = await getNewerKeySet(issuer, keySet, caller)
    return newerKeySet.find(header)
  }

  return {
    getKeySet: (issuer, network, refusal = nothing) => getKeySet(issuer, { network, refusal }),
    findKey: (issuer, header, network, refusal = nothing) =>
      findKey(issuer, header, { network, refusal }),
  }
}

const nothing = () => undefined

const crowded = (issuer: string) =>
  issuerUnavailable(`Too many wait for the keys of identity provider '${issuer}'`, 1)
