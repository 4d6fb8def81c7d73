import { KeyObject } from 'node:crypto'
import type { JWK, JWSHeaderParameters } from 'jose'
import { JWKSNoMatchingKey } from 'jose/errors'
import { createLocalJWKSet } from 'jose/jwks/local'
import { z } from 'zod'

/** The keys that an issuer publishes for checking its signatures. */
export interface KeySet {
  /**
   * The key for a token's `kid` and `alg`, imported once; `undefined` if there is none.
   * @throws if the key cannot be imported, or several keys fit
   */
  find(header: JWSHeaderParameters): Promise<KeyObject | undefined>
}

const maxKeys = 100
const KeySetDocument = z.object({ keys: z.array(z.unknown()) })
const PublicSignatureKey = z.looseObject({
  kty: z.enum(['RSA', 'EC', 'OKP']),
  kid: z.string(),
  use: z.literal('sig').optional(),
  d: z.undefined().optional(),
})

/**
 * Reads a JSON Web Key Set (RFC 7517 §5). Keys that are secret, private, unnamed or not for
 * signatures are passed over, and so is all that follows the first 100 keys.
 * @throws Error if it is no key set, or no key is left
 */
export function parseKeySet(document: unknown): KeySet {
  const keys = KeySetDocument.parse(document)
    .keys.slice(0, maxKeys)
    .filter((key) => PublicSignatureKey.safeParse(key).success)
  if (keys.length === 0) throw new Error('The key set holds no public key for signatures')
  const findKey = createLocalJWKSet({ keys: keys as JWK[] })

  return {
    async find(header) {
      try {
        return KeyObject.from(await findKey(header))
      } catch (error) {
        if (error instanceof JWKSNoMatchingKey) return undefined
        throw error
      }
    },
  }
}
