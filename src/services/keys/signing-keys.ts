import type { KeyObject } from 'node:crypto'
import type { JWK, JWTPayload } from 'jose'
import { signJws } from '../../crypto/jws.ts'
import type { Keyring } from '../../crypto/keyring.ts'
import type { Db } from '../../db/types.ts'
import { unavailable } from '../../domain/errors.ts'
import type { Clock } from '../../domain/runtime.ts'
import {
  afterlifeOf,
  KEYS_REFRESHED_SECONDS,
  secondsBetween,
  UNKNOWN_KEY_PAUSE_SECONDS,
} from '../../domain/signing-key-life.ts'
import type { RegistryAuthority } from './registry-authority.ts'
import type { Snapshot } from './signing-key-snapshot.ts'
import {
  createSigningKeyUpkeep,
  type RecordRotation,
  type ReplaceOptions,
} from './signing-key-upkeep.ts'

const UPKEEP_MS = 60_000

export interface SigningKeysOptions {
  db: Db
  keyring: Keyring
  authority: RegistryAuthority
  clock: Clock
  /** Age at which a key is replaced. */
  rotateAfterSeconds?: number
  /** The longest life of any token that is signed. */
  tokenLifetimeSeconds: number
  /** How long the copy in memory is used before the database is asked again. */
  refreshSeconds?: number
}

export type SigningKeys = ReturnType<typeof createSigningKeys>

/**
 * The keys that sign tokens, shared by all servers on a database: the one key that is not retired
 * is the newest. It is made on first use and replaced by age or by command; the one before it signs on until
 * verifiers know the new one. A retired key stays published until no token that it signed is valid.
 *
 * Every function throws UnknownKeyError when the current key is sealed with a secret key that this
 * server was not given. None may be called within a transaction: PGlite has a single connection.
 */
export function createSigningKeys({
  db,
  keyring,
  authority,
  clock,
  rotateAfterSeconds = 30 * 86_400,
  tokenLifetimeSeconds,
  refreshSeconds = KEYS_REFRESHED_SECONDS,
}: SigningKeysOptions) {
  const afterlifeSeconds = afterlifeOf(refreshSeconds, tokenLifetimeSeconds)
  const { load, replace, isPublished, certifyBeforeRotation } = createSigningKeyUpkeep({
    ...{ db, keyring, authority, clock },
    ...{ rotateAfterSeconds, afterlifeSeconds },
  })
  const secondsSince = (date: Date) => secondsBetween(date, clock())
  let snapshot: Snapshot | undefined
  let loading: Promise<Snapshot> | undefined
  let missedAt = new Date(0)

  async function replaceNow(options: ReplaceOptions): Promise<{ kid: string }> {
    const kid = await replace(options)
    await loading?.catch(() => undefined) // it may have begun before the rotation
    await reload()
    return { kid }
  }

  /** Asks the database; callers that come while it is being asked share the answer. */
  function reload(): Promise<Snapshot> {
    loading ??= load()
      .then((loaded) => {
        snapshot = loaded
        return loaded
      })
      .finally(() => {
        loading = undefined
      })
    return loading
  }

  async function refresh(): Promise<Snapshot> {
    if (snapshot !== undefined && secondsSince(snapshot.readAt) < refreshSeconds) return snapshot
    return reload()
  }

  /**
   * The current key, which is certified now if it is a first one; if that fails, the next refresh tries again. There are
   * two loads: after a database was restored, the first makes a key, and the second certifies it.
   */
  async function certifiedSigner() {
    let known = await refresh()
    for (let loads = 0; loads < 2 && isUntried(known); loads++) known = await reload()
    const { privateKey, certifiedHeaderOf } = known.signer
    if (certifiedHeaderOf) return { privateKey, headerOf: certifiedHeaderOf }
    const message = 'Tokens for registries cannot be certified'
    throw unavailable(message, refreshSeconds, known.uncertified)
  }

  /** For an unknown key id, which may be of a key that another server has just made. Not each made-up id costs a query. */
  async function refreshAfterMiss(known: Snapshot): Promise<Snapshot> {
    if (loading !== undefined) return loading
    if (secondsSince(missedAt) < UNKNOWN_KEY_PAUSE_SECONDS) return known
    missedAt = clock()
    return reload()
  }

  return {
    /** A compact JWS (RFC 7515 §7.1), ES256, with the `kid` of the current key. */
    async sign(header: { typ: string }, claims: JWTPayload): Promise<string> {
      const { privateKey, headerOf } = (await refresh()).signer
      return signJws(privateKey, headerOf(header.typ), claims)
    },

    /**
     * The same with the key's certificate, by which registries know the key.
     *
     * @throws {ServiceError} `unavailable` where the key has no certificate and cannot be certified now; the error's cause says why
     */
    async signCertified(header: { typ: string }, claims: JWTPayload): Promise<string> {
      const { privateKey, headerOf } = await certifiedSigner()
      return signJws(privateKey, headerOf(header.typ), claims)
    },

    /**
     * Certifies the current key where nobody has needed that yet, which takes a tenth of a second.
     *
     * @throws {ServiceError} `unavailable` as `signCertified` does
     */
    async certify(): Promise<void> {
      await certifiedSigner()
    },

    /** The public key to verify a token with; undefined when unknown or no longer published. */
    async verifyKey(kid: string): Promise<KeyObject | undefined> {
      const known = await refresh()
      const key = known.published.get(kid) ?? (await refreshAfterMiss(known)).published.get(kid)
      return key !== undefined && isPublished(key) ? key.publicKey : undefined
    },

    /** The JWK Set (RFC 7517 §5) of the keys that verify valid tokens, the current one first. */
    async jwks(): Promise<{ keys: JWK[] }> {
      const { published } = await refresh()
      return { keys: [...published.values()].filter(isPublished).map(({ jwk }) => jwk) }
    },

    /**
     * Replaces the current key whatever its age. The new one, whose `kid` is returned, signs once all verifiers know it.
     *
     * @param record writes the audit entry, in the same transaction
     */
    async rotate(record: RecordRotation): Promise<{ kid: string }> {
      await certifyBeforeRotation()
      return replaceNow({ record })
    },

    /**
     * Replaces the current key, and ends all others at once, together with every token that they signed: for when somebody
     * else has a private key. Servers learn of it with their next refresh.
     */
    endOthers: (record: RecordRotation) => replaceNow({ record, endsOthers: true }),

    /**
     * Asks the database every minute, even if nobody needs a key, so that keys are replaced and deleted in time.
     *
     * @returns a function that stops it, and waits for what is under way
     */
    start(onError: (error: unknown) => void) {
      let underWay: Promise<unknown> = Promise.resolve()
      const timer = setInterval(() => {
        underWay = refresh().catch(onError)
      }, UPKEEP_MS).unref()
      return async () => {
        clearInterval(timer)
        await underWay
      }
    },
  }
}

const isUntried = ({ signer, uncertified }: Snapshot) =>
  signer.certifiedHeaderOf === undefined && uncertified === undefined
