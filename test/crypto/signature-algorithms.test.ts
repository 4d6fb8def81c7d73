import { constants, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { CompactSign } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  isKeyFor,
  isSameAlgorithm,
  isSignatureAlgorithm,
  isSignatureOf,
} from '../../src/crypto/signature-algorithms.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const p521 = generateKeyPairSync('ec', { namedCurve: 'P-521' })
const ed25519 = generateKeyPairSync('ed25519')
const PAIRS = {
  ...{ RS256: rsa, RS384: rsa, RS512: rsa, PS256: rsa, PS384: rsa, PS512: rsa },
  ...{ ES256: p256, ES384: p384, ES512: p521, EdDSA: ed25519, Ed25519: ed25519 },
}
const ALGORITHMS = Object.keys(PAIRS) as (keyof typeof PAIRS)[]

/** Signed by another library: what is signed, and the signature. */
async function signed(alg: string, key: KeyObject) {
  const jws = new CompactSign(Buffer.from('{}')).setProtectedHeader({ alg })
  const [header = '', payload = '', signature = ''] = (await jws.sign(key)).split('.')
  return { text: `${header}.${payload}`, signature: Buffer.from(signature, 'base64url') }
}

describe.each(ALGORITHMS)('%s', (alg) => {
  const { publicKey, privateKey } = PAIRS[alg]

  it('proves what its key signed, and no other text', async () => {
    const { text, signature } = await signed(alg, privateKey)
    expect(isSignatureOf(text, { alg, key: publicKey, signature })).toBe(true)
    expect(isSignatureOf(`${text}x`, { alg, key: publicKey, signature })).toBe(false)
  })

  it('goes with keys of its own kind alone', () => {
    const kind = (other: keyof typeof PAIRS) => PAIRS[other].publicKey
    const fitting = ALGORITHMS.filter((other) => isKeyFor(alg, kind(other)))
    expect(fitting).toEqual(ALGORITHMS.filter((other) => kind(other) === publicKey))
  })

  it('takes no signature of another algorithm of the same key, nor one of another length', async () => {
    for (const other of ALGORITHMS) {
      const isOther =
        PAIRS[other] === PAIRS[alg] && other !== alg && privateKey !== ed25519.privateKey
      if (!isOther) continue
      const { text, signature } = await signed(other, privateKey)
      expect(isSignatureOf(text, { alg, key: publicKey, signature }), other).toBe(false)
    }
    const { text, signature } = await signed(alg, privateKey)
    for (const bytes of [Buffer.concat([signature, Buffer.of(0)]), signature.subarray(1)]) {
      expect(isSignatureOf(text, { alg, key: publicKey, signature: bytes })).toBe(false)
    }
  })
})

it('takes no signature of a key that must not be used, though it is right', () => {
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const signature = sign('sha256', Buffer.from('text'), short.privateKey)
  expect(isSignatureOf('text', { alg: 'RS256', key: short.publicKey, signature })).toBe(false)
})

it('takes no DER for the signature of a curve', () => {
  const signature = sign('sha256', Buffer.from('text'), p256.privateKey)
  expect(isSignatureOf('text', { alg: 'ES256', key: p256.publicKey, signature })).toBe(false)
})

it.each([
  ['PS256', 'sha256', 32],
  ['PS384', 'sha384', 48],
  ['PS512', 'sha512', 64],
])('takes a salt for %s only that is as long as the hash', (alg, digest, length) => {
  const padding = constants.RSA_PKCS1_PSS_PADDING
  const longest = constants.RSA_PSS_SALTLEN_MAX_SIGN
  const taken = [0, length - 1, length, length + 1, longest].filter((saltLength) => {
    const key = { key: rsa.privateKey, padding, saltLength }
    const signature = sign(digest, Buffer.from('text'), key)
    return isSignatureOf('text', { alg, key: rsa.publicKey, signature })
  })
  expect(taken).toEqual([length])
})

it.each(['none', 'HS256', 'ES256K', 'rs256', '', undefined, 7])('knows no %j', (alg) => {
  expect(isSignatureAlgorithm(alg)).toBe(false)
  for (const { publicKey } of Object.values(PAIRS)) expect(isKeyFor(alg, publicKey)).toBe(false)
  const key = ed25519.publicKey
  expect(isSignatureOf('', { alg, key, signature: Buffer.alloc(64) })).toBe(false)
})

it('knows what it can check', () => {
  expect(ALGORITHMS.every(isSignatureAlgorithm)).toBe(true)
})

it('knows one algorithm by two names, and others by none', () => {
  const same = (one: string) => [...ALGORITHMS, 'none'].filter((two) => isSameAlgorithm(one, two))
  expect(same('EdDSA')).toEqual(['EdDSA', 'Ed25519'])
  expect(same('RS256')).toEqual(['RS256'])
  expect([isSameAlgorithm('none', 'none'), isSameAlgorithm('none', 'HS256')]).toEqual([true, false])
})

describe('a key of RSA', () => {
  /** Its numbers need not be those of a real one. */
  const keyOf = (bits: number, exponent = 65_537n) => {
    const n = Buffer.alloc(bits / 8, 0xff).toString('base64url')
    const hex = exponent.toString(16)
    const e = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
    const key = { kty: 'RSA', n, e: e.toString('base64url') }
    return createPublicKey({ key, format: 'jwk' })
  }

  it.each([
    [2040, false],
    [2048, true],
    [8192, true],
    [8200, false],
  ])('of %i bits may be used: %s', (bits, may) => {
    expect(isKeyFor('RS256', keyOf(bits))).toBe(may)
    expect(isKeyFor('PS512', keyOf(bits))).toBe(may)
  })

  it('has an exponent of 32 bits at most', () => {
    expect(isKeyFor('RS256', keyOf(2048, 2n ** 32n - 1n))).toBe(true)
    expect(isKeyFor('RS256', keyOf(2048, 2n ** 32n + 1n))).toBe(false)
  })
})
