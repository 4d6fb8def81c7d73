import type { Keyring } from '../../crypto/keyring.ts'
import { generateSigningKeyPair, SIGNING_ALGORITHM } from '../../crypto/signing-key-pair.ts'
import { lockUntilCommit } from '../../db/advisory-locks.ts'
import { isReadOnly } from '../../db/driver-fault.ts'
import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Clock } from '../../domain/runtime.ts'
import { secondsBetween } from '../../domain/signing-key-life.ts'
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
import { findCurrent, type Snapshot, sealContext, toSnapshot } from './signing-key-snapshot.ts'

interface SigningKeyUpkeepDeps {
  db: Db
  keyring: Keyring
  authority: RegistryAuthority
  clock: Clock
  /** Age at which a key is replaced. */
  rotateAfterSeconds: number
  /** From a key's replacement until its last token has expired. */
  afterlifeSeconds: number
}

/** Writes the audit entry of a rotation, in its transaction. */
export type RecordRotation = (tx: Tx, kid: string) => Promise<unknown>

export interface ReplaceOptions {
  certified?: boolean
  /** Whether all other keys end at once, with all that they signed; by default they are retired. */
  endsOthers?: boolean
  record?: RecordRotation
}

interface Renewal {
  renewed?: SigningKeyRow
  /** Why there is no certificate. */
  uncertified?: unknown
}

/** Keeps the keys in the database as they have to be: made, certified, replaced and deleted in time. */
export function createSigningKeyUpkeep(deps: SigningKeyUpkeepDeps) {
  const { db, keyring, clock, rotateAfterSeconds, afterlifeSeconds } = deps
  const certificates = createKeyCertificates(deps)

  const isDue = (current: SigningKeyRow | undefined) =>
    current === undefined || secondsBetween(current.createdAt, clock()) >= rotateAfterSeconds
  const isPublished = ({ expiresAt }: { expiresAt: Date | null }) =>
    expiresAt === null || expiresAt > clock()

  /**
   * Makes a new key current if `wanted` still holds under the lock. Also where the authority cannot certify it: robot
   * tokens need no certificate.
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

  /** Does nothing while the database takes no changes: the key stays in use. */
  const unlessReadOnly = (change: () => Promise<unknown>) =>
    change().catch((error: unknown) => {
      if (!isReadOnly(error)) throw error
    })

  async function load(): Promise<Snapshot> {
    const readAt = clock()
    const before = await listSigningKeys(db)
    const current = findCurrent(before)
    const isReplaced = isDue(current)
    // Opens the current key first: with a wrong secret key, this server alone could open the new one.
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

  /**
   * Gives the current key a certificate that fits, where it needs one. Not where it has none and is to be replaced now: then
   * its successor signs at once.
   */
  async function renewIfNeeded(current: SigningKeyRow | undefined): Promise<Renewal> {
    if (!current || certificates.fits(current)) return {}
    if (isDue(current) && current.certificate === null) return {}
    return certificates.renew(current).then(
      (renewed) => ({ renewed }),
      (uncertified: unknown) => ({ uncertified }),
    )
  }

  return {
    isPublished,

    /** Makes a new key current, whatever the age of the one before. @returns its `kid` */
    replace: (options: ReplaceOptions) => replaceCurrent(() => true, options),

    /** Brings the keys up to date, and reads them. */
    load,

    /** Certifies the current key before a rotation: only with a certificate it may sign until verifiers know the new one. */
    async certifyBeforeRotation(): Promise<void> {
      const current = findCurrent(await listSigningKeys(db))
      if (current && !certificates.fits(current)) {
        await certificates.renew(current).catch(() => undefined)
      }
    },
  }
}
