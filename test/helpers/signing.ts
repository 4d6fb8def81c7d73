import { createSign, generateKeyPairSync } from 'node:crypto'
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose'

/** A key pair of an issuer. */
export interface SigningKey {
  kid: string
  alg: string
  privateKey: CryptoKey
  publicJwk: JWK
}

/** Claims to set, or to leave out where `undefined`. */
export type Claims = Record<string, unknown>

export interface MintOptions {
  /** Signs the token; the issuer's first key unless given. */
  key?: SigningKey
  /** Header parameters to set, or to leave out where `undefined`. */
  header?: Record<string, unknown>
}

/** Mints a token of an issuer: valid for 5 minutes from now unless the claims say otherwise. */
export type Mint = (claims?: Claims, options?: MintOptions) => Promise<string>

export async function createSigningKey(alg: string, kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg } }
}

/** The same RSA key under the same name, but signing with another algorithm. */
export async function withAlgorithm(key: SigningKey, alg: string): Promise<SigningKey> {
  const privateJwk = { ...(await exportJWK(key.privateKey)), alg }
  return { ...key, alg, privateKey: (await importJWK(privateJwk, alg)) as CryptoKey }
}

/** A 1024-bit RSA key, which jose neither makes nor signs with; `sign` is RS256. */
export function createShortRsaKey(kid: string) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  return {
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256' },
    sign: (input: string) => createSign('sha256').update(input).sign(privateKey, 'base64url'),
  }
}

export function createMint(issuer: string, defaultKey: SigningKey): Mint {
  return (claims = {}, { key = defaultKey, header = {} } = {}) => {
    const now = Math.floor(Date.now() / 1000)
    const defaults = { iss: issuer, sub: 'repo:acme/web', iat: now, exp: now + 300 }
    return new SignJWT({ ...defaults, ...claims } as JWTPayload)
      .setProtectedHeader({ kid: key.kid, ...header, alg: key.alg })
      .sign(key.privateKey)
  }
}

/** A compact token of any header and claims, with a signature made elsewhere or none at all. */
export function assembleToken(
  header: object,
  claims: unknown,
  sign: (input: string) => string = () => '',
): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${sign(input)}`
}
