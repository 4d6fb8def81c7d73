import { endOf } from '../../crypto/certificates.ts'
import type { Keyring } from '../../crypto/keyring.ts'
import { publicJwkOf } from '../../crypto/signing-key-pair.ts'
import { isReadOnly } from '../../db/client.ts'
import type { Db } from '../../db/types.ts'
import type { Clock } from '../../domain/runtime.ts'
import { certifySigningKey, type SigningKeyRow } from '../../queries/signing-keys.ts'
import type { RegistryAuthority } from './registry-authority.ts'
import { openSigningKey } from './signing-key-snapshot.ts'

interface KeyCertificatesDeps {
  db: Db
  keyring: Keyring
  authority: RegistryAuthority
  clock: Clock
  /** Age at which a key is replaced. */
  rotateAfterSeconds: number
  /** From the replacement of a key until the end of the last token that it may sign. */
  afterlifeSeconds: number
}

/** A key that is in use beyond its time is certified for so much longer, again and again (ms). */
const SLACK_MS = 300_000
/** A certificate that outlasts its key's use by more than this (ms), as older versions made them, is made anew. */
const TOO_LONG_MS = 86_400_000

/**
 * Certificates that live as long as their keys are used: until a key is to be replaced, and then as long as its last
 * token. Where a key is used beyond its time, since the database takes no changes, its certificate is made anew.
 */
export function createKeyCertificates(deps: KeyCertificatesDeps) {
  const { db, keyring, authority, clock } = deps
  const now = () => clock().getTime()
  const afterlife = deps.afterlifeSeconds * 1000

  /** When the last token of a key that has not been replaced yet will end. */
  function lastUse(createdAt: Date): number {
    const due = createdAt.getTime() + deps.rotateAfterSeconds * 1000
    return (due > now() ? due : now() + SLACK_MS) + afterlife
  }

  const issue = (key: Parameters<RegistryAuthority['issue']>[0]) =>
    authority.issue(key, new Date(lastUse(key.createdAt)))

  return {
    issue,

    /** Whether the key has a certificate that lasts as long as it, and not much longer. */
    fits({ certificate, createdAt }: SigningKeyRow): boolean {
      if (certificate === null) return false
      const end = endOf(certificate).getTime()
      return end >= now() + afterlife && end <= lastUse(createdAt) + TOO_LONG_MS
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
