import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose'
import { exchangeRefused } from '../domain/errors.ts'
import type { Clock } from '../domain/runtime.ts'
import type { IssuerKeys } from './issuer-keys.ts'
import { toTokenRefusal } from './token-refusal.ts'

/** What a token claims; nothing of it has been checked. */
export interface ClaimedIdentity {
  issuer: string
  subject: string | undefined
  audiences: string[]
}

/** What a token proves. Whether anybody trusts that issuer and subject is for others to decide. */
export interface VerifiedIdentity {
  issuer: string
  subject: string
  audiences: string[]
  claims: JWTPayload
  expiresAt: Date
}

export interface IdentityTokenVerifier {
  /**
   * Reads a token without verifying it.
   * @throws exchange_refused if it is no signed JSON Web Token, or names no issuer
   */
  peek(token: string): ClaimedIdentity
  /**
   * Verifies a token's signature with its issuer's keys, and its claims.
   * @throws exchange_refused if the token is refused
   * @throws unavailable if the issuer's keys cannot be had
   */
  verify(token: string): Promise<VerifiedIdentity>
}

export interface IdentityTokenVerifierOptions {
  issuerKeys: Pick<IssuerKeys, 'findKey'>
  clock: Clock
}

const maxTokenBytes = 16 * 1024
const leewaySeconds = 30
/** The last second that a Date can hold (ECMA-262 §21.4.1.1). */
const lastSecond = 8.64e12
const algorithms = [
  ...['RS256', 'RS384', 'RS512'],
  ...['PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512'],
  ...['EdDSA', 'Ed25519'],
]

/**
 * Makes the verifier of the identity tokens that workloads exchange (rules and words of
 * as in Quay, but stricter where README.md, "How it differs", says so).
 */
export function createIdentityTokenVerifier(
  options: IdentityTokenVerifierOptions,
): IdentityTokenVerifier {
  const { issuerKeys, clock } = options

  async function findKey(issuer: string, kid: string, alg: string) {
    const key = await issuerKeys.findKey(issuer, { kid, alg })
    if (key === undefined) throw refused('The issuer has no such key')
    return key
  }

  async function verify(token: string): Promise<VerifiedIdentity> {
    const { issuer } = peek(token)
    const kid = readKeyId(token)
    const now = clock()
    const { payload } = await jwtVerify(token, ({ alg }) => findKey(issuer, kid, alg), {
      algorithms,
      issuer,
      requiredClaims: ['exp', 'iat'],
      clockTolerance: leewaySeconds,
      currentDate: now,
    }).catch((error: unknown) => {
      throw toTokenRefusal(error)
    })
    return readIdentity(issuer, payload, now)
  }

  return { peek, verify }
}

function peek(token: string): ClaimedIdentity {
  const { iss, sub, aud } = decodeClaims(token)
  if (typeof iss !== 'string') throw exchangeRefused('Token does not contain issuer')
  return {
    issuer: iss,
    subject: typeof sub === 'string' ? sub : undefined,
    audiences: readAudiences(aud) ?? [],
  }
}

function decodeClaims(token: string): Record<string, unknown> {
  if (Buffer.byteLength(token) > maxTokenBytes) throw refused('The token is too long')
  try {
    return decodeJwt(token)
  } catch {
    throw refused('Not a signed JSON Web Token')
  }
}

/** Only the `kid` chooses the key: other headers that carry or point to keys are never looked at. */
function readKeyId(token: string): string {
  const { kid, crit } = decodeHeader(token)
  if (typeof kid !== 'string' || kid === '') throw refused('Missing `kid` header')
  if (crit !== undefined) throw refused('The `crit` header is not supported')
  return kid
}

function decodeHeader(token: string): Record<string, unknown> {
  try {
    return decodeProtectedHeader(token)
  } catch {
    throw refused('Not a signed JSON Web Token')
  }
}

function readIdentity(issuer: string, claims: JWTPayload, now: Date): VerifiedIdentity {
  const { sub, aud, exp = Number.NaN, iat = Number.NaN } = claims
  if (iat > now.getTime() / 1000 + leewaySeconds) {
    throw refused('Issued At claim (iat) cannot be in the future.')
  }
  if (!(exp <= lastSecond)) throw refused('The "exp" claim is too far in the future')
  if (typeof sub !== 'string') throw refused('Subject must be a string')
  if (sub === '') throw refused('Subject must not be empty')
  const audiences = readAudiences(aud)
  if (audiences === undefined) throw refused('Audience must be a string or a list of strings')
  return { issuer, subject: sub, audiences, claims, expiresAt: new Date(exp * 1000) }
}

/** A list of audiences; `undefined` if the claim has a type that RFC 7519 §4.1.3 does not know. */
function readAudiences(aud: unknown): string[] | undefined {
  if (aud === undefined) return []
  if (typeof aud === 'string') return [aud]
  const isList = Array.isArray(aud) && aud.every((audience) => typeof audience === 'string')
  return isList ? aud : undefined
}

function refused(reason: string) {
  return exchangeRefused(`Invalid token: ${reason}`)
}
