import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { isKeyFor, isSameAlgorithm, SIGNATURE_ALGORITHMS } from './signature-algorithms.ts'

/** The part of a token's header by which its key is found. */
export interface KeyHeader {
  kid: string
  alg: string
}

/** The keys that an issuer publishes for checking its signatures. */
export interface KeySet {
  /** How many keys for signatures there are, usable or not. */
  size: number
  /**
   * The keys of this `kid` and `alg` that can be used, each once and at most four; undefined if there is none of the
   * name.
   */
  find(header: KeyHeader): KeyObject[] | undefined
  /** Whether any of the keys can be used, for some algorithm. */
  isUsable(): boolean
  /** What the keys take in memory, about. */
  bytes: number
}

const MAX_KEYS = 100
/** Most keys with one `kid` that are tried: there should be one, and each costs a verification. */
const MAX_OF_NAME = 4
const KeySetDocument = z.object({ keys: z.array(z.unknown()) })

/** Some issuers write null or an empty text where they have nothing to say. */
const unlessBlank = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === null || value === '' ? undefined : value), schema.optional())

/**
 * What it takes to choose a key and to use it (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2). Nothing else is kept: the rest,
 * such as certificates, would be most of it.
 */
const PublicSignatureKey = z.object({
  kty: z.enum(['RSA', 'EC', 'OKP']),
  kid: z.string(),
  use: unlessBlank(z.literal('sig')),
  alg: unlessBlank(z.string()),
  key_ops: unlessBlank(z.array(z.string())),
  crv: unlessBlank(z.string()),
  n: unlessBlank(z.string()),
  e: unlessBlank(z.string()),
  x: unlessBlank(z.string()),
  y: unlessBlank(z.string()),
  d: unlessBlank(z.undefined()),
})
type PublicSignatureKey = z.output<typeof PublicSignatureKey>

/** What is wrong with a set without a usable key, in words that follow it. */
export const NO_USABLE_KEY =
  'holds no public key for signatures that has a kid and may be used: RSA of 2048 to 8192 bits with an odd exponent from 3 to 2^32, P-256, P-384, P-521, or Ed25519 other than the points of small order'

/** A key takes this much beside its text: once imported, it is an object of OpenSSL. */
const BYTES_OF_IMPORTED_KEY = 4096

/**
 * Reads a JSON Web Key Set (RFC 7517 §5). Keys that are secret, private, unnamed or not for
 * signatures are passed over, and so is all that follows the first 100 keys.
 * @returns undefined if it is no key set, or no key is left
 */
export function parseKeySet(document: unknown): KeySet | undefined {
  const published = KeySetDocument.safeParse(document).data?.keys ?? []
  const keys = published
    .slice(0, MAX_KEYS)
    .map((key) => PublicSignatureKey.safeParse(key).data)
    .filter((key) => key !== undefined)
    .filter(({ key_ops: operations }) => operations?.includes('verify') ?? true)
  if (keys.length === 0) return undefined
  const imported = new Map<PublicSignatureKey, KeyObject | undefined>()
  function importOnce(key: PublicSignatureKey) {
    if (!imported.has(key)) imported.set(key, importKey(key))
    return imported.get(key)
  }
  function keyFor(alg: string, key: PublicSignatureKey) {
    const candidate = isNamedFor(alg, key) ? importOnce(key) : undefined
    return candidate && isKeyFor(alg, candidate) ? candidate : undefined
  }

  return {
    size: keys.length,
    isUsable: () => keys.some((key) => SIGNATURE_ALGORITHMS.some((alg) => keyFor(alg, key))),
    bytes: JSON.stringify(keys).length + keys.length * BYTES_OF_IMPORTED_KEY,
    find({ kid, alg }) {
      const named = keys.filter((key) => key.kid === kid && isNamedFor(alg, key))
      if (named.length === 0) return undefined
      const found: KeyObject[] = []
      for (const key of named) {
        const candidate = keyFor(alg, key)
        if (candidate && !found.some((other) => other.equals(candidate))) found.push(candidate)
        if (found.length === MAX_OF_NAME) break
      }
      return found
    },
  }
}

const isNamedFor = (alg: string, key: PublicSignatureKey) =>
  key.alg === undefined || isSameAlgorithm(key.alg, alg)

function importKey(key: PublicSignatureKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: key as object as JsonWebKey, format: 'jwk' })
  } catch {
    return undefined
  }
}
