import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { isKeyFor, isSameAlgorithm } from './signature-algorithms.ts'

/** The part of a token's header by which its key is found. */
export interface KeyHeader {
  kid: string
  alg: string
}

/** The keys that an issuer publishes for checking its signatures. */
export interface KeySet {
  /**
   * The keys of this `kid` and `alg` that can be used, each once and at most four; undefined if there is none of the
   * name.
   */
  find(header: KeyHeader): KeyObject[] | undefined
  /** Whether any of the keys can be used: the numbers of others make no key. */
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

  return {
    isUsable: () => keys.some((key) => importOnce(key) !== undefined),
    bytes: JSON.stringify(keys).length + keys.length * BYTES_OF_IMPORTED_KEY,
    find({ kid, alg }) {
      const named = keys.filter(
        (key) => key.kid === kid && (key.alg === undefined || isSameAlgorithm(key.alg, alg)),
      )
      if (named.length === 0) return undefined
      const found: KeyObject[] = []
      for (const key of named) {
        const candidate = importOnce(key)
        const isKnown = found.some((other) => candidate && other.equals(candidate))
        if (candidate && isKeyFor(alg, candidate) && !isKnown) found.push(candidate)
        if (found.length === MAX_OF_NAME) break
      }
      return found
    },
  }
}

function importKey(key: PublicSignatureKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: key as object as JsonWebKey, format: 'jwk' })
  } catch {
    return undefined
  }
}
