import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { JWK } from 'jose'
import { calculateJwkThumbprint } from 'jose/jwk/thumbprint'

/** ECDSA on P-256 with SHA-256 (RFC 7518 §3.4): short signatures, and every registry knows it. */
export const SIGNING_ALGORITHM = 'ES256'

type EcPublicJwk = { kty: string; crv: string; x: string; y: string }

/** A new key pair: `kid` is the RFC 7638 thumbprint, `privateDer` the PKCS #8 form. */
export async function generateSigningKeyPair() {
  const pair = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
  const publicJwk = publicJwkOf(pair.privateKey)
  const kid = await calculateJwkThumbprint(publicJwk)
  const privateDer = pair.privateKey.export({ format: 'der', type: 'pkcs8' })
  return { kid, publicJwk, privateDer }
}

export const publicJwkOf = (privateKey: KeyObject) =>
  createPublicKey(privateKey).export({ format: 'jwk' }) as EcPublicJwk

export const importPrivateKey = (der: Buffer): KeyObject =>
  createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })

export const importPublicKey = (jwk: JWK): KeyObject => createPublicKey({ key: jwk, format: 'jwk' })
