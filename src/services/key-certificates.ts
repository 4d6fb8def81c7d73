import type { CertifiedKey } from '../crypto/certificates.ts'
import { UnknownKeyError } from '../crypto/keyring.ts'
import type { Db } from '../db/client.ts'
import { certifySigningKey, type SigningKeyRow } from '../db/signing-keys.ts'
import { unavailable } from '../domain/errors.ts'
import type { RegistryAuthority } from './registry-authority.ts'

const RETRY_AFTER = 30

/** No certificate could be had for a token that needs one. */
export const uncertified = () =>
  unavailable(
    'Tokens for registries cannot be certified',
    RETRY_AFTER,
    new Error(
      'the key of the registry CA is sealed with an unknown secret key, or the database takes no changes',
    ),
  )

/** The certificates of signing keys. Where the authority's key cannot be opened keys go without, and sign robot tokens. */
export function createKeyCertificates(db: Db, authority: RegistryAuthority) {
  async function issue(key: CertifiedKey & { createdAt: Date }) {
    try {
      return await authority.issue(key)
    } catch (error) {
      if (error instanceof UnknownKeyError) return null
      throw error
    }
  }

  return {
    issue,

    /** For the first key, whose certificate would take a quarter of the first start's time, and keys of older versions. */
    async add({ kid, publicJwk, createdAt }: SigningKeyRow): Promise<void> {
      const key = { kid, publicJwk: publicJwk as CertifiedKey['publicJwk'], createdAt }
      const certificate = await issue(key)
      if (certificate !== null) await certifySigningKey(db, kid, certificate)
    },
  }
}
