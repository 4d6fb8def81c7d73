export const SECRET_KEY_BYTES = 32

/** Fewest different bytes of a key. Of 32 random bytes about 30 differ; 16 or fewer happen once in 10^13 keys. */
const MIN_DISTINCT = 17

/**
 * Reads a secret key: 32 bytes in base64 or base64url (RFC 4648 §4, §5), padding optional, such as
 * `openssl rand -base64 32` prints.
 *
 * @throws {Error} when it is malformed or surely not random (repetitive, counting, or text); the message
 *   does not hold the key.
 */
export function parseSecretKey(base64: string): Buffer {
  const key = Buffer.from(base64, 'base64')
  const spellings = [key.toString('base64').replace('=', ''), key.toString('base64url')]
  if (key.length !== SECRET_KEY_BYTES || !spellings.includes(base64.replace(/=$/, ''))) {
    throw new Error('a secret key is 32 bytes in base64, as printed by: openssl rand -base64 32')
  }
  if (isWeak(key)) {
    throw new Error('the secret key is not random; make one with: openssl rand -base64 32')
  }
  return key
}

function isWeak(key: Buffer): boolean {
  const steps = key.map((byte, index) => byte - (key[index - 1] ?? 0))
  const isText = key.every((byte) => byte >= 0x20 && byte < 0x7f)
  return isText || new Set(key).size < MIN_DISTINCT || new Set(steps).size < MIN_DISTINCT
}
