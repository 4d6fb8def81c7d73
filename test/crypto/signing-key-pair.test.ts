import { createHash, createPublicKey, sign, verify } from 'node:crypto'
import { expect, it } from 'vitest'
import {
  generateSigningKeyPair,
  importPrivateKey,
  importPublicKey,
  publicJwkOf,
  SIGNING_ALGORITHM,
} from '../../src/crypto/signing-key-pair.ts'

it('makes pairs on P-256 that are named by their thumbprint (RFC 7638)', async () => {
  const { kid, publicJwk } = await generateSigningKeyPair()
  expect(publicJwk).toEqual({ kty: 'EC', crv: 'P-256', x: publicJwk.x, y: publicJwk.y })
  const { crv, kty, x, y } = publicJwk
  const thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y }))
  expect(kid).toBe(thumbprint.digest('base64url'))
  expect((await generateSigningKeyPair()).kid).not.toBe(kid)
  expect(SIGNING_ALGORITHM).toBe('ES256')
})

it('reads both halves back as they are stored', async () => {
  const { publicJwk, privateDer } = await generateSigningKeyPair()
  const privateKey = importPrivateKey(privateDer)
  expect(publicJwkOf(privateKey)).toEqual(publicJwk)
  const signature = sign('sha256', Buffer.from('text'), privateKey)
  const publicKey = importPublicKey(publicJwk)
  expect(publicKey.equals(createPublicKey(privateKey))).toBe(true)
  expect(verify('sha256', Buffer.from('text'), publicKey, signature)).toBe(true)
})
