import { X509Certificate } from 'node:crypto'
import { type CertifiedKey, createAuthority, issueCertificate } from '../../crypto/certificates.ts'
import type { Keyring } from '../../crypto/keyring.ts'
import { lockUntilCommit } from '../../db/advisory-locks.ts'
import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import { AUTHORITY_REFRESH_MS } from '../../domain/certificate-life.ts'
import type { Clock } from '../../domain/runtime.ts'
import {
  deleteRegistryAuthority,
  findRegistryAuthority,
  insertRegistryAuthority,
  type RegistryAuthorityRow,
  resealRegistryAuthority,
} from '../../queries/registry-authority.ts'
import { forgetCertificates } from '../../queries/signing-keys.ts'

const SEAL_CONTEXT = 'registry-authority'

interface RegistryAuthorityDeps {
  db: Db
  keyring: Keyring
  clock: Clock
}

export type RegistryAuthority = ReturnType<typeof createRegistryAuthority>

/**
 * The certificate authority that registries are told to trust, so that signing keys come and go without
 * them. It is made on first use, once for all servers on a database, and replaced by
 * command only. None of its functions may be called within a transaction: PGlite has a single connection.
 */
export function createRegistryAuthority({ db, keyring, clock }: RegistryAuthorityDeps) {
  let known: { row: RegistryAuthorityRow; readAt: number } | undefined

  async function newRow(): Promise<Omit<RegistryAuthorityRow, 'id'>> {
    const createdAt = clock()
    const { certificate, privateDer } = await createAuthority(createdAt)
    const { keyId: sealKeyId, sealed: privateSealed } = keyring.seal(privateDer, SEAL_CONTEXT)
    return { certificate, privateSealed, sealKeyId, createdAt }
  }

  async function make(): Promise<RegistryAuthorityRow> {
    const row = await newRow()
    return withTransaction(db, async (tx) => {
      await lockUntilCommit(tx, 'registryAuthority')
      return (await findRegistryAuthority(tx)) ?? insertRegistryAuthority(tx, row)
    })
  }

  async function find(): Promise<RegistryAuthorityRow> {
    return (await findRegistryAuthority(db)) ?? (await make())
  }

  /** The authority as it was within the last 30 s: for what anybody may ask for as often as they like. */
  async function findRecent(): Promise<RegistryAuthorityRow> {
    const now = clock().getTime()
    if (known === undefined || Math.abs(now - known.readAt) >= AUTHORITY_REFRESH_MS) {
      known = { row: await find(), readAt: now }
    }
    return known.row
  }

  async function replace(record: (tx: Tx) => Promise<unknown>): Promise<void> {
    const row = await newRow()
    await withTransaction(db, async (tx) => {
      await lockUntilCommit(tx, 'registryAuthority')
      await deleteRegistryAuthority(tx)
      await forgetCertificates(tx)
      await record(tx)
      return insertRegistryAuthority(tx, row)
    })
    known = undefined
  }

  /**
   * Seals the authority's key with the current secret key.
   *
   * @throws {UnknownKeyError} where the ring lacks the key that sealed it before
   */
  async function reseal(): Promise<void> {
    const row = await find()
    if (row.sealKeyId === keyring.currentKeyId) return
    const { keyId: sealKeyId, sealed: privateSealed } = keyring.seal(open(row), SEAL_CONTEXT)
    await resealRegistryAuthority(db, { sealKeyId, privateSealed })
  }

  const open = ({ sealKeyId: keyId, privateSealed: sealed }: RegistryAuthorityRow) =>
    Buffer.from(keyring.open({ keyId, sealed }, SEAL_CONTEXT))

  return {
    /** The authority's certificate in PEM (RFC 7468): what a registry's `rootcertbundle` holds. */
    async bundle(): Promise<string> {
      return new X509Certificate((await findRecent()).certificate).toString()
    },

    /**
     * A certificate in DER for a signing key.
     *
     * @param notAfter its end
     * @throws {UnknownKeyError} where the ring lacks the key that sealed the authority
     */
    async issue(key: CertifiedKey, notAfter: Date): Promise<Uint8Array<ArrayBuffer>> {
      const row = await find()
      return issueCertificate({ ...row, privateDer: open(row) }, key, notAfter)
    },

    reseal,

    /**
     * Replaces the authority. Registries that have the new certificate take nothing that the old authority certified, and
     * registries that have the old one nothing that the new authority certifies.
     *
     * @param record writes the audit entry, in the same transaction
     */
    replace,

    /**
     * Replaces the authority if no key of the ring opens it, and otherwise seals it as `reseal` does. After a replacement,
     * registries trust no new key until they have the new certificate.
     *
     * @param record writes the audit entry of a new one, in the same transaction
     * @returns whether there is a new one
     */
    async restore(record: (tx: Tx) => Promise<unknown>): Promise<boolean> {
      if (!keyring.has((await find()).sealKeyId)) {
        await replace(record)
        return true
      }
      await reseal()
      return false
    },
  }
}
