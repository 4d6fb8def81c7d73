import type { KeyObject } from 'node:crypto'
import type { JWK, JWTPayload } from 'jose'
import { signJws } from '../../crypto/jws.ts'
import type { Keyring } from '../../crypto/keyring.ts'
import { generateSigningKeyPair, SIGNING_ALGORITHM } from '../../crypto/signing-key-pair.ts'
import { lockUntilCommit } from '../../db/advisory-locks.ts'
import { isReadOnly, withTransaction } from '../../db/client.ts'
import type { Db, Tx } from '../../db/types.ts'
import { unavailable } from '../../domain/errors.ts'
import type { Clock } from '../../domain/runtime.ts'
import {
  deleteExpiredSigningKeys,
  deleteSigningKeys,
  insertSigningKey,
  listSigningKeys,
  retireSigningKeys,
  type SigningKeyRow,
} from '../../queries/signing-keys.ts'
import { createKeyCertificates } from './key-certificates.ts'
import type { RegistryAuthority } from './registry-authority.ts'
import {
  AFTERLIFE_SECONDS,
  findCurrent,
  type Snapshot,
  sealContext,
  toSnapshot,
} from './signing-key-snapshot.ts'

const isUntried = ({ signer, uncertified }: Snapshot) =>
  signer.certifiedHeaderOf === undefined && uncertified === undefined

/** How often, at most, unknown key ids make this server ask the database. */
const MISS_SECONDS = 5

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
  /** How long the copy in memory is used before the database is asked again; alike on all servers. */
  refreshSeconds?: number
}

interface ReplaceOptions {
  certified?: boolean
  /** Whether the keys before it end at once, with all that they signed; else they are retired. */
  endsOthers?: boolean
  record?: RecordRotation
}

interface Renewal {
  renewed?: SigningKeyRow
  /** Why there is none. */
  uncertified?: unknown
}

type RecordRotation = (tx: Tx, kid: string) => Promise<unknown>

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
  refreshSeconds = 30,
}: SigningKeysOptions) {
  /** From its replacement until its last token has expired. */
  const afterlifeSeconds = AFTERLIFE_SECONDS + refreshSeconds + tokenLifetimeSeconds
  const certificates = createKeyCertificates({
    ...{ db, keyring, authority, clock },
    ...{ rotateAfterSeconds, afterlifeSeconds },
  })
  let snapshot: Snapshot | undefined
  let loading: Promise<Snapshot> | undefined
  let missedAt = new Date(0)

  async function replaceNow(options: ReplaceOptions): Promise<{ kid: string }> {
    const kid = await replaceCurrent(() => true, options)
    await loading?.catch(() => undefined) // it may have begun before the rotation
    await reload()
    return { kid }
  }

  /** In either direction, as clocks can be set back. */
  const secondsSince = (date: Date) => Math.abs(clock().getTime() - date.getTime()) / 1000
  const isDue = (current: SigningKeyRow | undefined) =>
    current === undefined || secondsSince(current.createdAt) >= rotateAfterSeconds
  const isPublished = ({ expiresAt }: { expiresAt: Date | null }) =>
    expiresAt === null || expiresAt > clock()

  /**
   * Makes a new key current if `wanted` still holds under the lock. Whatever is wrong with the authority, keys
   * change, and sign robot tokens.
   */
  async function replaceCurrent(
    wanted: typeof isDue,
    { certified = true, endsOthers = false, record }: ReplaceOptions = {},
  ): Promise<string> {
    const { kid, publicJwk, privateDer } = await generateSigningKeyPair()
    const { keyId, sealed } = keyring.seal(privateDer, sealContext(kid))
    const certificate = certified
      ? await certificates.issue({ kid, publicJwk, createdAt: clock() }).catch(() => null)
      : null
    await withTransaction(db, async (tx) => {
      await lockUntilCommit(tx, 'signingKeys')
      if (!wanted(findCurrent(await listSigningKeys(tx)))) return
      const now = clock()
      const expiresAt = new Date(now.getTime() + afterlifeSeconds * 1000)
      await deleteExpiredSigningKeys(tx, now)
      if (endsOthers) await deleteSigningKeys(tx)
      else await retireSigningKeys(tx, { retiredAt: now, expiresAt })
      await insertSigningKey(tx, {
        kid,
        algorithm: SIGNING_ALGORITHM,
        publicJwk,
        privateSealed: sealed,
        sealKeyId: keyId,
        certificate,
        createdAt: now,
      })
      await record?.(tx, kid)
    })
    return kid
  }

  /** While the database takes no changes, the key goes on as it is. */
  const unlessReadOnly = (change: () => Promise<unknown>) =>
    change().catch((error: unknown) => {
      if (!isReadOnly(error)) throw error
    })

  async function load(): Promise<Snapshot> {
    const readAt = clock()
    const before = await listSigningKeys(db)
    const current = findCurrent(before)
    const isReplaced = isDue(current)
    // Opens it first: under a wrong secret key nobody but this server could open its successor.
    if (current && isReplaced) toSnapshot(before, keyring, readAt)
    const { renewed, uncertified } = await renewIfNeeded(current)
    const isFirst = current === undefined
    if (isReplaced) await unlessReadOnly(() => replaceCurrent(isDue, { certified: !isFirst }))
    if (!before.every(isPublished)) {
      await unlessReadOnly(() => deleteExpiredSigningKeys(db, readAt))
    }
    const keys = isReplaced || renewed ? await listSigningKeys(db) : before
    const known = keys.filter(isPublished).map((key) => {
      const isBehind = key.kid === renewed?.kid && !certificates.fits(key)
      return isBehind ? { ...key, certificate: renewed.certificate } : key
    })
    return { ...toSnapshot(known, keyring, readAt), uncertified }
  }

  /** A key that is replaced now needs no first certificate: its successor signs at once. */
  async function renewIfNeeded(current: SigningKeyRow | undefined): Promise<Renewal> {
    if (!current || certificates.fits(current)) return {}
    if (isDue(current) && current.certificate === null) return {}
    return certificates.renew(current).then(
      (renewed) => ({ renewed }),
      (uncertified: unknown) => ({ uncertified }),
    )
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
   * A first key is certified now; where that failed, it is tried again with the next refresh. What is known may be of a
   * database that was put back since, so that one load makes the first key, and another certifies it.
   */
  async function certifiedSigner() {
    let known = await refresh()
    for (let loads = 0; loads < 2 && isUntried(known); loads++) known = await reload()
    const { privateKey, certifiedHeaderOf } = known.signer
    if (certifiedHeaderOf) return { privateKey, headerOf: certifiedHeaderOf }
    const message = 'Tokens for registries cannot be certified'
    throw unavailable(message, refreshSeconds, known.uncertified)
  }

  /** For a key that another server may just have made. Made-up ids do not cost a query each. */
  async function refreshAfterMiss(known: Snapshot): Promise<Snapshot> {
    if (loading !== undefined) return loading
    if (secondsSince(missedAt) < MISS_SECONDS) return known
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
     * @throws unavailable where the key has none, and gets none now; what stands against it is the cause
     */
    async signCertified(header: { typ: string }, claims: JWTPayload): Promise<string> {
      const { privateKey, headerOf } = await certifiedSigner()
      return signJws(privateKey, headerOf(header.typ), claims)
    },

    /**
     * Certifies the current key where nobody has needed that yet, which takes a tenth of a second.
     *
     * @throws unavailable as `signCertified` does
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
     * Replaces the current key whatever its age, and tells which one signs once everybody knows it.
     *
     * @param record writes the audit entry, in the same transaction
     */
    async rotate(record: RecordRotation): Promise<{ kid: string }> {
      const retiring = findCurrent(await listSigningKeys(db))
      // Without a certificate it would not sign on until verifiers know the new one.
      if (retiring && !certificates.fits(retiring)) {
        await certificates.renew(retiring).catch(() => undefined)
      }
      return replaceNow({ record })
    },

    /**
     * Replaces the current key, and ends all others at once, together with every token that they signed: for a private
     * key that somebody else has. Servers learn of it with their next refresh.
     */
    endOthers: (record: RecordRotation) => replaceNow({ record, endsOthers: true }),

    /**
     * Asks the database every minute, also where nobody needs a key: so keys are replaced, and deleted, in time.
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
