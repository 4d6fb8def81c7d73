import { KeyObject } from 'node:crypto'
import type { JWK, JWSHeaderParameters } from 'jose'
import { JWKSNoMatchingKey } from 'jose/errors'
import { createLocalJWKSet } from 'jose/jwks/local'
import { z } from 'zod'
import { IssuerError } from './issuer-error.ts'

/** The keys that an issuer publishes for checking its signatures. */
export interface KeySet {
  /**
   * The key for a token's `kid` and `alg`, imported once; `undefined` if there is none.
   * @throws if the key cannot be imported, or several keys fit
   */
  find(header: JWSHeaderParameters): Promise<KeyObject | undefined>
  /** What the keys take in memory, about. */
  bytes: number
}

const maxKeys = 100
const KeySetDocument = z.object({ keys: z.array(z.unknown()) })
/**
 * What it takes to choose a key and to use it (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2). The rest, such as
 * certificates, would be most of what is kept.
 */
const PublicSignatureKey = z.object({
  kty: z.enum(['RSA', 'EC', 'OKP']),
  kid: z.string(),
  use: z.literal('sig').optional(),
  alg: z.string().optional(),
  key_ops: z.array(z.string()).optional(),
  crv: z.string().optional(),
  n: z.string().optional(),
  e: z.string().optional(),
  x: z.string().optional(),
  y: z.string().optional(),
  d: z.undefined().optional(),
})

/** What a key takes beside its text: once imported, it is also an object of OpenSSL and one of Web Crypto. */
const BYTES_OF_IMPORTED_KEY = 4096

/**
 * Reads a JSON Web Key Set (RFC 7517 §5). Keys that are secret, private, unnamed or not for
 * signatures are passed over, and so is all that follows the first 100 keys.
 * @throws IssuerError if it is no key set, or no key is left
 */
export function parseKeySet(document: unknown): KeySet {
  const published = KeySetDocument.safeParse(document).data?.keys ?? []
  const keys = published
    .slice(0, maxKeys)
    .map((key) => PublicSignatureKey.safeParse(key).data)
    .filter((key) => key !== undefined)
  if (keys.length === 0) {
    throw new IssuerError('no_usable_key', 'It publishes no public key for signatures')
  }
  const findKey = createLocalJWKSet({ keys: keys as object[] as JWK[] })

  return {
    bytes: JSON.stringify(keys).length + keys.length * BYTES_OF_IMPORTED_KEY,
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
