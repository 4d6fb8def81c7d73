import { endOf } from '../../crypto/certificates.ts'
import type { Keyring } from '../../crypto/keyring.ts'
import { publicJwkOf } from '../../crypto/signing-key-pair.ts'
import { isReadOnly } from '../../db/driver-fault.ts'
import type { Db } from '../../db/types.ts'
import { certificateEnd, endFits, type KeyUse } from '../../domain/certificate-life.ts'
import type { Clock } from '../../domain/runtime.ts'
import { certifySigningKey, type SigningKeyRow } from '../../queries/signing-keys.ts'
import type { RegistryAuthority } from './registry-authority.ts'
import { openSigningKey } from './signing-key-snapshot.ts'

interface KeyCertificatesDeps extends KeyUse {
  db: Db
  keyring: Keyring
  authority: RegistryAuthority
  clock: Clock
}

/**
 * Certificates that live as long as their keys are used: until a key is to be replaced, and then as long as its last
 * token. Where a key is used beyond its time, since the database takes no changes, its certificate is made anew.
 */
export function createKeyCertificates(deps: KeyCertificatesDeps) {
  const { db, keyring, authority, clock } = deps

  const issue = (key: Parameters<RegistryAuthority['issue']>[0]) =>
    authority.issue(key, certificateEnd(key.createdAt, clock(), deps))

  return {
    issue,

    /** Whether the key has a certificate that lasts as long as it, and not much longer. */
    fits({ certificate, createdAt }: SigningKeyRow): boolean {
      return certificate !== null && endFits(endOf(certificate), createdAt, clock(), deps)
    },

    /**
     * Gives a key that is not replaced yet its first certificate, or another one. Certified is the public half of the
     * private key that this server can open, not the public key that the row has beside it.
     *
     * @returns the key with it; what another server may have written meanwhile is as good
     * @throws {UnknownKeyError} where the ring lacks the key that sealed it, or the authority
     */
    async renew(row: SigningKeyRow): Promise<SigningKeyRow> {
      const { kid, createdAt } = row
      const publicJwk = publicJwkOf(openSigningKey(row, keyring))
      const certificate = await issue({ kid, publicJwk, createdAt })
      try {
        await certifySigningKey(db, row, certificate)
      } catch (error) {
        // In place of one that ends, a certificate that only this server knows will do. A first one must be stored.
        if (!isReadOnly(error) || row.certificate === null) throw error
      }
      return { ...row, certificate }
    },
  }
}
