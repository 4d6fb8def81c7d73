import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createKeyring, UnknownKeyError } from '../../src/crypto/keyring.ts'
import { parseSecretKey } from '../../src/crypto/secret-key.ts'

const older = randomBytes(32)
const newer = randomBytes(32)
const before = createKeyring({ current: older, previous: [] }, randomBytes)
const rotated = createKeyring({ current: newer, previous: [older] }, randomBytes)
const forgetful = createKeyring({ current: newer, previous: [] }, randomBytes)

describe('seal and open', () => {
  it.each([
    ['text', 'ROBOTTOKEN ü'],
    ['no text', ''],
    ['bytes', randomBytes(200)],
  ])('keeps %s', (_, plaintext) => {
    const sealed = before.seal(plaintext, 'robot:1:token')
    expect(before.open(sealed, 'robot:1:token')).toEqual(Buffer.from(plaintext))
  })

  it('writes version, nonce, ciphertext and tag, each time with another nonce', () => {
    const [first, second] = [before.seal('secret', 'a'), before.seal('secret', 'a')]
    expect(first.keyId).toBe(before.currentKeyId)
    expect(first.sealed[0]).toBe(1)
    expect(first.sealed).toHaveLength(1 + 12 + 'secret'.length + 16)
    expect(first.sealed).not.toEqual(second.sealed)
  })

  it('seals with the newest key and opens with every key of the ring', () => {
    expect(rotated.open(before.seal('secret', 'a'), 'a').toString()).toBe('secret')
    expect(rotated.seal('secret', 'a').keyId).toBe(forgetful.currentKeyId)
    expect(() => forgetful.open(before.seal('secret', 'a'), 'a')).toThrow(UnknownKeyError)
    expect(() => forgetful.open(before.seal('secret', 'a'), 'a')).toThrow(
      expect.objectContaining({
        name: 'UnknownKeyError',
        message: expect.stringContaining(before.currentKeyId),
      }),
    )
  })

  it('opens nothing in another context', () => {
    const sealed = before.seal('secret', 'robot:1:token')
    expect(() => before.open(sealed, 'robot:2:token')).toThrow(
      expect.objectContaining({
        message: 'sealed data was changed or belongs elsewhere (robot:2:token)',
        cause: expect.any(Error),
      }),
    )
  })

  it('notices a change of any byte, and a cut', () => {
    const { keyId, sealed } = before.seal('secret', 'a')
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = sealed.map((byte, at) => (at === index ? byte ^ 1 : byte))
      expect(() => before.open({ keyId, sealed: changed }, 'a')).toThrow(/changed|unknown format/)
      expect(() => before.open({ keyId, sealed: sealed.slice(0, index) }, 'a')).toThrow(
        /changed|unknown format/,
      )
    }
  })
})

describe('digest', () => {
  it('matches the same value only', () => {
    const digest = before.digest('secret')
    expect(digest.digest).toHaveLength(32)
    expect(before.digestMatches(digest, 'secret')).toBe(true)
    expect(before.digestMatches(digest, 'secreT')).toBe(false)
    expect(before.digestMatches({ ...digest, digest: digest.digest.slice(1) }, 'secret')).toBe(
      false,
    )
  })

  it('is compared under the key that made it', () => {
    const digest = before.digest('secret')
    expect(rotated.digestMatches(digest, 'secret')).toBe(true)
    expect(rotated.digest('secret', before.currentKeyId)).toEqual(digest)
    expect(rotated.digest('secret').digest).not.toEqual(digest.digest)
    expect(() => forgetful.digestMatches(digest, 'secret')).toThrow(UnknownKeyError)
  })
})

it('names keys by 16 hexadecimal digits', () => {
  expect(before.currentKeyId).toMatch(/^[0-9a-f]{16}$/)
  expect(before.currentKeyId).not.toBe(rotated.currentKeyId)
})

it('reads what earlier versions wrote', () => {
  // Made with Python's cryptography 48: HKDF-SHA-256, AES-256-GCM and HMAC-SHA-256 by the same names.
  const bytes = (base64: string) => Buffer.from(base64, 'base64')
  const current = parseSecretKey('ye8jZbUTf/mBF7ttLfvXwbm/0/UlY68Jcedr/Z1LB9E=')
  const keyring = createKeyring({ current, previous: [] }, randomBytes)
  const keyId = 'c6a5056fc1a7376f'
  expect(keyring.currentKeyId).toBe(keyId)
  const sealed = bytes('AQcHBwcHBwcHBwcHB5vcmQ76HQGEzES5oPv332iDQZwLOTQ=')
  expect(keyring.open({ keyId, sealed }, 'robot:1:token').toString()).toBe('secret')
  const digest = bytes('Ju9dGQR9k+DYE8NSn4T/y2DIJsUCsv08vDni88s44WU=')
  expect(keyring.digest('secret')).toEqual({ keyId, digest })
})

it('tells which keys it has', () => {
  expect([before, rotated, forgetful].map(({ has }) => has(before.currentKeyId))).toEqual([
    ...[true, true, false],
  ])
})
