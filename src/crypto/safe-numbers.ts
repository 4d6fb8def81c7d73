import type { KeyObject } from 'node:crypto'

/** RFC 7518 §3.3. */
const SHORTEST_RSA_KEY = 2048
/** The work of a verification grows with the square of this and with the exponent's length, and is done at once. */
const LONGEST_RSA_KEY = 8192
/** With 1 a signature is its text: anybody makes it. */
const LEAST_RSA_EXPONENT = 3n
const LARGEST_RSA_EXPONENT = 2n ** 32n

const judged = new WeakMap<KeyObject, boolean>()

/** Whether the numbers of a public key leave signatures to its owner, and are quick to use. Found out once for each key. */
export function hasSafeNumbers(key: KeyObject): boolean {
  const isSafe = judged.get(key) ?? areSafe(key)
  judged.set(key, isSafe)
  return isSafe
}

function areSafe(key: KeyObject): boolean {
  if (key.asymmetricKeyType === 'rsa') return isSafeRsa(key)
  return key.asymmetricKeyType !== 'ed25519' || !isOfSmallOrder(numberOf(key, 'x').reverse())
}

/** RFC 8017 §3.1: both numbers are odd. */
function isSafeRsa(key: KeyObject) {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  if (modulusLength < SHORTEST_RSA_KEY || modulusLength > LONGEST_RSA_KEY) return false
  if (publicExponent < LEAST_RSA_EXPONENT || publicExponent > LARGEST_RSA_EXPONENT) return false
  return isOdd(publicExponent) && isOdd(BigInt(numberOf(key, 'n').at(-1) ?? 0))
}

const isOdd = (number: bigint) => number % 2n === 1n

const numberOf = (key: KeyObject, name: 'n' | 'x') =>
  Buffer.from(key.export({ format: 'jwk' })[name] ?? '', 'base64url')

/** Of the field of Curve25519 (RFC 7748 §4.1). */
const P = 2n ** 255n - 19n
/** Of the points of order 8 (RFC 7748 §7 has the kind); two more have its negative. */
const Y_OF_ORDER_8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n
/** The eight points of order 1, 2, 4 and 8: each of these and its mirror image, which the highest bit tells apart. */
const Y_OF_SMALL_ORDER = new Set([0n, 1n, P - 1n, Y_OF_ORDER_8, P - Y_OF_ORDER_8])

/**
 * Whether a point of Ed25519 is one of the eight by which anybody can sign: multiples of it are few. Those with numbers
 * beyond the field mean the same (RFC 8032 §5.1.3 refuses them, OpenSSL does not).
 *
 * @param encoded the highest byte first
 */
function isOfSmallOrder(encoded: Buffer): boolean {
  const y = BigInt.asUintN(255, BigInt(`0x${encoded.toString('hex')}`))
  return Y_OF_SMALL_ORDER.has(y % P)
}
