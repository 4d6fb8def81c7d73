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
     * For when others may have a private key, of the authority or of a signing key: replaces all of them. That ends every
     * short-lived token now, and registry tokens once registries have the new certificate.
     */
    async replace(performer: Performer) {
      // In this order: so the new authority certifies none of the keys that end.
      const { kid } = await deps.signingKeys.endOthers((tx, kid) =>
        record(tx, 'rotate_signing_key', performer, { kid, others: 'ended' }),
      )
      await deps.registryAuthority.replace((tx) =>
        record(tx, 'replace_registry_certificate', performer, {}),
      )
      return { kid }
    },

    /**
     * For when a secret key was lost for good: makes a new signing key, and replaces each secret that no key of the ring
     * opens, which ends the tokens that came of it. The authority for registries is replaced, too, if no key opens it.
     * What was replaced before a failure stays replaced: call it again, which counts only what it replaces itself.
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
