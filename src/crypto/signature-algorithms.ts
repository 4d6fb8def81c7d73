import { constants, type KeyObject, type SignKeyObjectInput, verify } from 'node:crypto'
import { hasSafeNumbers } from './safe-numbers.ts'

interface Algorithm {
  /** What `KeyObject.asymmetricKeyType` must say. */
  keyType: 'rsa' | 'ec' | 'ed25519'
  /** The curve by OpenSSL's name, of an `ec` key. */
  curve?: string
  /** Undefined where the algorithm has one built in. */
  digest?: string
  options: Omit<SignKeyObjectInput, 'key'>
}

const rsa = (digest: string): Algorithm => ({
  keyType: 'rsa',
  digest,
  options: { padding: constants.RSA_PKCS1_PADDING },
})

/** RFC 7518 §3.5: the salt is as long as the hash. */
const rsaPss = (digest: string): Algorithm => ({
  keyType: 'rsa',
  digest,
  options: {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  },
})

/** RFC 7518 §3.4: the two numbers of the signature side by side, each as long as the curve's, not in DER. */
const ecdsa = (digest: string, curve: string): Algorithm => ({
  keyType: 'ec',
  curve,
  digest,
  options: { dsaEncoding: 'ieee-p1363' },
})

/** By OpenSSL's names of the curves. */
const CURVE_SIGNATURES = new Map([
  ['prime256v1', 64],
  ['secp384r1', 96],
  ['secp521r1', 132],
])

const ED25519: Algorithm = { keyType: 'ed25519', options: {} }

const ALGORITHMS = new Map<unknown, Algorithm>([
  ['RS256', rsa('sha256')],
  ['RS384', rsa('sha384')],
  ['RS512', rsa('sha512')],
  ['PS256', rsaPss('sha256')],
  ['PS384', rsaPss('sha384')],
  ['PS512', rsaPss('sha512')],
  ['ES256', ecdsa('sha256', 'prime256v1')],
  ['ES384', ecdsa('sha384', 'secp384r1')],
  ['ES512', ecdsa('sha512', 'secp521r1')],
  ['EdDSA', ED25519],
  ['Ed25519', ED25519],
])

/** By name. */
export const SIGNATURE_ALGORITHMS = [...ALGORITHMS.keys()].map(String)

/** Whether tokens may be signed by it: with a public key, by RFC 7518 §3.1 or RFC 9864 §2.2. */
export const isSignatureAlgorithm = (alg: unknown): alg is string => ALGORITHMS.has(alg)

/** Whether two names are of one algorithm: RFC 9864 §2.2 gave `EdDSA` with Ed25519 another one. */
export const isSameAlgorithm = (one: string, other: string): boolean =>
  one === other || (ALGORITHMS.has(one) && ALGORITHMS.get(one) === ALGORITHMS.get(other))

/**
 * Bytes of a signature by such a key: RFC 8017 §8.1.2 and §8.2.2 step 1, RFC 7518 §3.4, RFC 8032 §5.1.6. OpenSSL also
 * takes some without their leading zeros, which would be a second spelling of one token.
 */
function signatureLength(key: KeyObject): number | undefined {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {}
  if (modulusLength !== undefined) return Math.ceil(modulusLength / 8)
  return namedCurve === undefined ? 64 : CURVE_SIGNATURES.get(namedCurve)
}

/** Whether the algorithm and the key belong together, and the key has numbers that are safe to use. */
export function isKeyFor(alg: unknown, key: KeyObject): boolean {
  const algorithm = ALGORITHMS.get(alg)
  return (
    algorithm?.keyType === key.asymmetricKeyType &&
    algorithm?.curve === key.asymmetricKeyDetails?.namedCurve &&
    hasSafeNumbers(key)
  )
}

/**
 * Whether the key's owner signed the text. It is found out at once: handing the work to another thread, as Web
 * Crypto does, takes more time than the work (bench/README.md).
 */
export function isSignatureOf(
  text: string,
  { alg, key, signature }: { alg: unknown; key: KeyObject; signature: Buffer },
): boolean {
  const algorithm = ALGORITHMS.get(alg)
  if (!algorithm || !isKeyFor(alg, key)) return false
  if (signature.length !== signatureLength(key)) return false
  return verify(algorithm.digest, Buffer.from(text), { key, ...algorithm.options }, signature)
}
