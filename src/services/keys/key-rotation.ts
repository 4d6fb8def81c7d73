import type { Tx } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import type { RegistryAuthority } from './registry-authority.ts'
import { createSealRenewal, type SealRenewalDeps } from './seal-renewal.ts'
import type { SigningKeys } from './signing-keys.ts'

interface KeyRotationDeps extends SealRenewalDeps {
  signingKeys: SigningKeys
  registryAuthority: RegistryAuthority
}

export function createKeyRotation(deps: KeyRotationDeps) {
  const renewSeals = createSealRenewal(deps)

  const record = (
    tx: Tx,
    kind: 'rotate_signing_key' | 'reset_keys' | 'replace_registry_certificate',
    performer: Performer,
    metadata: Prisma.InputJsonObject,
  ) => deps.audit.record(tx, { kind, namespace: undefined, performer, metadata })

  return {
    /**
     * Makes a new signing key, and seals with the current secret key what an older one sealed, so that
     * SECRET_KEY_PREVIOUS can be dropped.
     *
     * @throws {UnknownKeyError} where the ring lacks a key
     */
    async rotate(performer: Performer) {
      await deps.registryAuthority.reseal()
      const { resealed } = await renewSeals()
      const { kid } = await deps.signingKeys.rotate((tx, kid) =>
        record(tx, 'rotate_signing_key', performer, { kid, resealed }),
      )
      return { kid, resealed }
    },

    /**
     * For a private key that others may have, of the authority or of a signing key: new ones in the place of all, which
     * ends every short-lived token now, and registry tokens once registries have the new certificate.
     */
    async replace(performer: Performer) {
      // In this order: the new authority never sees one of the keys that end.
      const { kid } = await deps.signingKeys.endOthers((tx, kid) =>
        record(tx, 'rotate_signing_key', performer, { kid, others: 'ended' }),
      )
      await deps.registryAuthority.replace((tx) =>
        record(tx, 'replace_registry_certificate', performer, {}),
      )
      return { kid }
    },

    /**
     * For a secret key that was lost for good: a new signing key, and a new secret in place of each that no key
     * of the ring opens, with which the tokens that came of it end. So is the authority for registries replaced,
     * if no key opens it. What was replaced before a failure stays so: repeat it, which counts what it does itself.
     */
    async reset(performer: Performer) {
      const { resealed, replaced } = await renewSeals({ replacedBy: performer })
      const certificateReplaced = await deps.registryAuthority.restore((tx) =>
        record(tx, 'replace_registry_certificate', performer, {}),
      )
      const { kid } = await deps.signingKeys.rotate((tx, kid) =>
        record(tx, 'reset_keys', performer, { kid, resealed, replaced }),
      )
      return { kid, resealed, replaced, certificateReplaced }
    },
  }
}
