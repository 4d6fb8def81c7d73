import type { Performer } from '../domain/actor.ts'
import type { RegistryAuthority } from './registry-authority.ts'
import { createSealRenewal, type SealRenewalDeps } from './seal-renewal.ts'
import type { SigningKeys } from './signing-keys.ts'

export interface KeyRotationDeps extends SealRenewalDeps {
  signingKeys: SigningKeys
  registryAuthority: RegistryAuthority
}

export type KeyRotation = ReturnType<typeof createKeyRotation>

export function createKeyRotation(deps: KeyRotationDeps) {
  const { db, audit } = deps
  const renewSeals = createSealRenewal(deps)

  return {
    /**
     * Makes a new signing key, and seals with the current secret key what an older one sealed, so that
     * SECRET_KEY_PREVIOUS can be dropped.
     *
     * @throws {UnknownKeyError} where the ring lacks a key
     */
    async rotate(performer: Performer) {
      const { kid } = await deps.signingKeys.rotate()
      await deps.registryAuthority.reseal()
      const { resealed } = await renewSeals()
      await audit.record(db, {
        kind: 'rotate_signing_key',
        namespace: undefined,
        performer,
        metadata: { kid, resealed },
      })
      return { kid, resealed }
    },

    /**
     * For a secret key that was lost for good: a new signing key, and a new secret in place of each that no key
     * of the ring opens, with which the tokens that came of it end. So is the authority for registries replaced,
     * if no key opens it.
     */
    async reset(performer: Performer) {
      const { resealed, replaced } = await renewSeals({ replacedBy: performer })
      const certificateReplaced = await deps.registryAuthority.restore()
      const { kid } = await deps.signingKeys.rotate()
      await audit.record(db, {
        kind: 'reset_keys',
        namespace: undefined,
        performer,
        metadata: { kid, resealed, replaced, certificate_replaced: certificateReplaced },
      })
      return { kid, resealed, replaced, certificateReplaced }
    },
  }
}
