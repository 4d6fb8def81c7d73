import type { Keyring } from '../../crypto/keyring.ts'
import { publicJwkOf } from '../../crypto/signing-key-pair.ts'
import type { Db } from '../../db/types.ts'
import { certifySigningKey, type SigningKeyRow } from '../../queries/signing-keys.ts'
import type { RegistryAuthority } from './registry-authority.ts'
import { openSigningKey } from './signing-key-snapshot.ts'

interface KeyCertificatesDeps {
  db: Db
  keyring: Keyring
  authority: RegistryAuthority
}

/**
 * Gives a signing key the certificate that it was made without: the first key of a database, for which that would
 * take a quarter of the first start, and keys of older versions. Only what this server can open is certified, and not
 * the public key that stands beside it.
 *
 * @throws {UnknownKeyError} where the ring lacks the key that sealed it, or the authority
 */
export const createCertify =
  ({ db, keyring, authority }: KeyCertificatesDeps) =>
  async (row: SigningKeyRow): Promise<void> => {
    const { kid, createdAt } = row
    const publicJwk = publicJwkOf(openSigningKey(row, keyring))
    await certifySigningKey(db, kid, await authority.issue({ kid, publicJwk, createdAt }))
  }
