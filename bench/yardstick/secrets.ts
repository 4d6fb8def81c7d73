import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { crc32 } from 'node:zlib'
import { v7 } from 'uuid'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

export type Secrets = ReturnType<typeof createSecrets>

/** The service's cryptography at rest: HKDF, AES-256-GCM bound to a context, HMAC-SHA-256. */
export function createSecrets(secretKey: Buffer) {
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', secretKey, '', `quay-robots ${purpose}`, 32))
  const keyId = derive('id').toString('hex', 0, 8)
  const encryption = derive('encryption')
  const digestion = derive('digest')
  const digest = (text: string) => createHmac('sha256', digestion).update(text).digest()

  function seal(text: string, context: string) {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', encryption, nonce).setAAD(Buffer.from(context))
    const body = [cipher.update(text), cipher.final(), cipher.getAuthTag()]
    return Buffer.concat([Buffer.of(1), nonce, ...body])
  }

  return {
    open(sealed: Uint8Array, context: string) {
      const decipher = createDecipheriv('aes-256-gcm', encryption, sealed.subarray(1, 13))
      decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(-16))
      return Buffer.concat([decipher.update(sealed.subarray(13, -16)), decipher.final()])
    },
    issue(robotId: string) {
      const token = newToken()
      const secret = {
        id: v7(),
        sealKeyId: keyId,
        sealed: seal(token, `robot:${robotId}:token`),
        digest: digest(token),
        createdAt: new Date(),
        createdBy: null,
        expiresAt: null,
        nextNoticeAt: null,
      }
      return { token, secret }
    },
    matches: (expected: Uint8Array, text: string) => timingSafeEqual(expected, digest(text)),
  }
}

/** `QUAYROBOT`, 48 random characters without bias, a checksum. */
function newToken() {
  let body = ''
  while (body.length < 48) {
    for (const byte of randomBytes(64)) {
      if (byte < 252 && body.length < 48) body += ALPHABET[byte % 36]
    }
  }
  return withChecksum(`QUAYROBOT${body}`)
}

const withChecksum = (text: string) =>
  text + crc32(text).toString(36).toUpperCase().padStart(7, '0')

export const isStaticToken = (text: string) =>
  text.length === 64 && withChecksum(text.slice(0, -7)) === text

export const sha256 = (text: string) => createHash('sha256').update(text).digest()

const PALETTE =
  '969696 aec7e8 ff7f0e ffbb78 2ca02c 98df8a d62728 ff9896 9467bd c5b0d5 8c564b c49c94 e377c2 f7b6d2 7f7f7f c7c7c7 bcbd22 1f77b4 17becf 9edae5 393b79 5254a3 6b6ecf 9c9ede 9ecae1 31a354 b5cf6b a1d99b 8c6d31 ad494a e7ba52 a55194'.split(
    ' ',
  )

export function teamWithAvatar(name: string) {
  const hash = createHash('sha256').update(name.toLowerCase()).digest('hex')
  const color = `#${PALETTE[Number.parseInt(hash.slice(0, 2), 16) % PALETTE.length]}`
  return { name, avatar: { name, hash, color, kind: 'team' } }
}
