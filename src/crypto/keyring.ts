import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  timingSafeEqual,
} from 'node:crypto'
import type { RandomBytes } from '../domain/runtime.ts'

const CIPHER = 'aes-256-gcm'
const VERSION = 1
/** The only nonce length that GCM uses as it is (NIST SP 800-38D §8.2). */
const NONCE_BYTES = 12
const TAG_BYTES = 16
const HEADER_BYTES = 1 + NONCE_BYTES

interface Sealed {
  keyId: string
  /** version (1 byte, 1) | nonce (12) | ciphertext | tag (16) */
  sealed: Uint8Array<ArrayBuffer>
}

interface Digest {
  keyId: string
  /** HMAC-SHA-256, 32 bytes */
  digest: Uint8Array<ArrayBuffer>
}

export type Keyring = ReturnType<typeof createKeyring>

/** The data was sealed or digested with a key that this server was not given. */
export class UnknownKeyError extends Error {
  constructor(keyId: string) {
    super(`sealed with a key that is not in SECRET_KEY or SECRET_KEY_PREVIOUS (key id ${keyId})`)
    this.name = 'UnknownKeyError'
  }
}

/**
 * Encrypts and digests what the database must not hold in clear. The current key does all new work;
 * the previous ones still open and compare what they once made. Each key is 32 random bytes
 * (`secret-key.ts`) and is only used to derive others from (HKDF-SHA-256, RFC 5869).
 */
export function createKeyring(
  keys: { current: Buffer; previous: Buffer[] },
  randomBytes: RandomBytes,
) {
  const current = deriveKeys(keys.current)
  const ring = new Map([current, ...keys.previous.map(deriveKeys)].map((key) => [key.id, key]))

  function find(keyId: string) {
    const key = ring.get(keyId)
    if (key === undefined) throw new UnknownKeyError(keyId)
    return key
  }

  /** A keyed digest, for comparing a secret without opening it; by the current key unless told. */
  function digest(value: string, keyId = current.id): Digest {
    const hmac = createHmac('sha256', find(keyId).digestion)
    return { keyId, digest: hmac.update(value).digest() }
  }

  return {
    /** 16 hexadecimal digits that name the current key and reveal nothing of it. */
    currentKeyId: current.id,

    /** Whether the ring can open what the key sealed. */
    has: (keyId: string): boolean => ring.has(keyId),

    /**
     * Encrypts with AES-256-GCM. `context` names the one place the result belongs to, such as
     * `robot:<id>:token`: it opens nowhere else, so rows cannot be swapped.
     */
    seal(plaintext: Uint8Array | string, context: string): Sealed {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(CIPHER, current.encryption, nonce).setAAD(Buffer.from(context))
      const body = [cipher.update(Buffer.from(plaintext)), cipher.final(), cipher.getAuthTag()]
      return { keyId: current.id, sealed: Buffer.concat([Buffer.of(VERSION), nonce, ...body]) }
    },

    /**
     * Decrypts what `seal` made.
     *
     * @throws {UnknownKeyError} when its key is not in the ring
     * @throws {Error} when it was changed, or sealed for another context
     */
    open({ keyId, sealed }: Sealed, context: string): Buffer {
      const key = find(keyId).encryption
      if (sealed[0] !== VERSION || sealed.length < HEADER_BYTES + TAG_BYTES) {
        throw new Error(`sealed data of an unknown format (${context})`)
      }
      const decipher = createDecipheriv(CIPHER, key, sealed.subarray(1, HEADER_BYTES))
      decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(-TAG_BYTES))
      try {
        const body = decipher.update(sealed.subarray(HEADER_BYTES, -TAG_BYTES))
        return Buffer.concat([body, decipher.final()])
      } catch (cause) {
        throw new Error(`sealed data was changed or belongs elsewhere (${context})`, { cause })
      }
    },

    digest,

    /** Whether `value` has this digest, in constant time. @throws {UnknownKeyError} */
    digestMatches(expected: Digest, value: string): boolean {
      const actual = digest(value, expected.keyId).digest
      return actual.length === expected.digest.length && timingSafeEqual(actual, expected.digest)
    },
  }
}

function deriveKeys(key: Buffer) {
  return {
    id: derive(key, 'id').toString('hex', 0, 8),
    encryption: derive(key, 'encryption'),
    digestion: derive(key, 'digest'),
  }
}

function derive(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `quay-robots ${purpose}`, 32))
}
