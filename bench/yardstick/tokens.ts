import {
  createPrivateKey,
  createPublicKey,
  type JsonWebKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import type { Secrets } from './secrets.ts'

/** The one signing key that the service made, and the keys of one issuer. */
export interface Keys {
  kid: string
  /** Of registry tokens, and of robot tokens. */
  headers: { registry: string; robot: string }
  privateKey: KeyObject
  publicKey: KeyObject
  issuer: string
  issuerKeys: Map<string, KeyObject>
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString())

export interface RobotTokenClaims {
  iss: string
  aud: string
  sub: string
  iat: number
  nbf: number
  exp: number
  jti: string
  robot_id: string
  credential_id: string
  federation_id: string
  federation_version: number
}

/** The first part of tokens, which is the same in all of a kind. */
export const encodeHeader = (keys: Pick<Keys, 'kid'>, header: object) =>
  encode({ ...header, kid: keys.kid, alg: 'ES256' })

/** A compact JWS by ES256 (RFC 7518 §3.4). */
export function signToken(keys: Keys, header: string, claims: object): string {
  const text = `${header}.${encode(claims)}`
  const signature = sign('sha256', Buffer.from(text), {
    key: keys.privateKey,
    dsaEncoding: 'ieee-p1363',
  })
  return `${text}.${signature.toString('base64url')}`
}

/** The claims of a robot token. */
export function readRobotToken(keys: Keys, token: string): RobotTokenClaims | undefined {
  const [header, claims, signature = ''] = token.split('.')
  const { kid, alg, typ } = decode(header)
  const good =
    kid === keys.kid &&
    alg === 'ES256' &&
    typ === 'robot+jwt' &&
    verify(
      'sha256',
      Buffer.from(`${header}.${claims}`),
      { key: keys.publicKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    )
  return good ? decode(claims) : undefined
}

/** The claims of an identity token (RS256) of the one issuer. */
export function readIdentityToken(keys: Keys, token: string) {
  const [header, claims, signature = ''] = token.split('.')
  const { kid, alg } = decode(header)
  const key = keys.issuerKeys.get(kid)
  if (!key || alg !== 'RS256') return undefined
  const text = Buffer.from(`${header}.${claims}`)
  if (!verify('RSA-SHA256', text, key, Buffer.from(signature, 'base64url'))) return undefined
  const identity = decode(claims)
  const now = Date.now() / 1000
  const good = identity.iss === keys.issuer && identity.exp > now && identity.iat <= now + 30
  return good ? identity : undefined
}

export interface StoredKey {
  kid: string
  private_sealed: Buffer
  public_jwk: JsonWebKey
  certificate: Buffer
}

export function openSigningKey(row: StoredKey, secrets: Secrets) {
  const der = secrets.open(row.private_sealed, `signing-key:${row.kid}`)
  const x5c = [row.certificate.toString('base64')]
  return {
    kid: row.kid,
    headers: {
      registry: encodeHeader(row, { typ: 'JWT', x5c }),
      robot: encodeHeader(row, { typ: 'robot+jwt' }),
    },
    privateKey: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
    publicKey: createPublicKey({ key: row.public_jwk, format: 'jwk' }),
  }
}

/** As an issuer publishes them: the keys are warm from the start. */
export async function fetchIssuerKeys(issuer: string): Promise<Map<string, KeyObject>> {
  const read = async (url: string) => JSON.parse(await (await fetch(url)).text())
  const { jwks_uri } = await read(`${issuer}/.well-known/openid-configuration`)
  const { keys } = await read(jwks_uri)
  return new Map(
    keys.map((jwk: { kid: string }) => [
      jwk.kid,
      createPublicKey({ key: jwk as never, format: 'jwk' }),
    ]),
  )
}
