import type { KeyObject } from 'node:crypto'
import { readJws, type UncheckedJws } from '../crypto/jws.ts'
import { isKeyFor, isSignatureAlgorithm, isSignatureOf } from '../crypto/signature-algorithms.ts'
import { ServiceError } from '../domain/errors.ts'
import { exchangeRefused } from '../domain/exchange-errors.ts'
import type { ExternalIdentity } from '../domain/federation-verdict.ts'
import type { Clock } from '../domain/runtime.ts'
import type { IssuerKeys, Refusal } from './issuer-keys.ts'

type Claims = Record<string, unknown>

/** What a token claims; nothing of it has been checked. */
export interface ClaimedIdentity {
  issuer: string
  subject: string | undefined
  audiences: string[]
  jws: UncheckedJws
}

/** What a token proves. Whether anybody trusts that issuer and subject is for others to decide. */
export interface VerifiedIdentity extends ExternalIdentity {
  claims: Claims
  expiresAt: Date
}

export interface IdentityTokenVerifier {
  /** Reads a token without verifying it, or says why it is no signed JSON Web Token that names an issuer. */
  read(token: string): ClaimedIdentity | { problem: string }
  /**
   * Verifies the signature with the issuer's keys, and the claims.
   * @param network of who sent it (`networkOf`)
   * @param refusal the reason, if there is one, not to ask the issuer for keys on this caller's behalf now
   * @throws exchange_refused if the token is refused
   * @throws unavailable if the issuer's keys cannot be had
   * @throws the reason of `refusal`, if the issuer would have to be asked
   */
  verify(claimed: ClaimedIdentity, network: string, refusal?: Refusal): Promise<VerifiedIdentity>
}

interface IdentityTokenVerifierOptions {
  issuerKeys: Pick<IssuerKeys, 'findKey'>
  clock: Clock
}

const maxTokenBytes = 16 * 1024
const leewaySeconds = 30
/** The last second that a Date can hold (ECMA-262 §21.4.1.1). */
const lastSecond = 8.64e12

/**
 * Makes the verifier of the identity tokens that workloads exchange: by the rules and in the words of Quay, but
 * stricter where docs/differences.md says so.
 */
export function createIdentityTokenVerifier(
  options: IdentityTokenVerifierOptions,
): IdentityTokenVerifier {
  const { issuerKeys, clock } = options

  async function findKey(
    issuer: string,
    { kid, alg }: { kid: string; alg: string },
    caller: { network: string; refusal: Refusal | undefined },
  ): Promise<KeyObject> {
    const key = await issuerKeys
      .findKey(issuer, { kid, alg }, caller.network, caller.refusal)
      .catch((error: unknown) => {
        // What is wrong with the key itself is not told: that it cannot be imported, or that several share its `kid`.
        throw error instanceof ServiceError ? error : unusableKey()
      })
    if (key === undefined) throw refused('The issuer has no such key')
    if (!isKeyFor(alg, key)) throw unusableKey()
    return key
  }

  async function verify({ issuer, jws }: ClaimedIdentity, network: string, refusal?: Refusal) {
    const header = readHeader(jws.header)
    const key = await findKey(issuer, header, { network, refusal })
    if (!isSignatureOf(jws.text, { alg: header.alg, key, signature: jws.signature })) {
      throw refused('Signature verification failed')
    }
    return readIdentity(issuer, jws.claims, clock())
  }

  return { read, verify }
}

function read(token: string): ClaimedIdentity | { problem: string } {
  if (Buffer.byteLength(token) > maxTokenBytes) return { problem: invalid('The token is too long') }
  const jws = readJws(token)
  if (!jws) return { problem: invalid('Not a signed JSON Web Token') }
  const { iss, sub, aud } = jws.claims
  if (typeof iss !== 'string') return { problem: 'Token does not contain issuer' }
  const subject = typeof sub === 'string' ? sub : undefined
  return { issuer: iss, subject, audiences: readAudiences(aud) ?? [], jws }
}

/** Only the `kid` chooses the key: other headers that carry or point to keys are never looked at. */
function readHeader({ kid, alg, crit }: UncheckedJws['header']) {
  if (typeof kid !== 'string' || kid === '') throw refused('Missing `kid` header')
  if (crit !== undefined) throw refused('The `crit` header is not supported')
  if (!isSignatureAlgorithm(alg)) throw refused('The specified alg value is not allowed')
  return { kid, alg }
}

/** RFC 7519 §4.1, where `exp` and `iat` may not be missing. */
function readIdentity(issuer: string, claims: Claims, now: Date): VerifiedIdentity {
  const { sub, aud } = claims
  const seconds = Math.floor(now.getTime() / 1000)
  const latest = seconds + leewaySeconds
  const exp = readTime(claims, 'exp')
  const iat = readTime(claims, 'iat')
  if (claims.nbf !== undefined && readTime(claims, 'nbf') > latest) {
    throw refused('The token is not yet valid (nbf)')
  }
  if (exp <= seconds - leewaySeconds) throw refused('Signature has expired')
  if (iat > latest) throw refused('Issued At claim (iat) cannot be in the future.')
  if (!(exp <= lastSecond)) throw refused('The "exp" claim is too far in the future')
  if (typeof sub !== 'string') throw refused('Subject must be a string')
  if (sub === '') throw refused('Subject must not be empty')
  const audiences = readAudiences(aud)
  if (audiences === undefined) throw refused('Audience must be a string or a list of strings')
  return { issuer, subject: sub, audiences, claims, expiresAt: new Date(exp * 1000) }
}

/** Seconds since 1970. */
function readTime(claims: Claims, name: 'exp' | 'iat' | 'nbf'): number {
  const time = claims[name]
  if (time === undefined) throw refused(`Token is missing the "${name}" claim`)
  if (typeof time !== 'number') throw refused(`The "${name}" claim must be a number`)
  return time
}

/** A list of audiences; `undefined` if the claim has a type that RFC 7519 §4.1.3 does not know. */
function readAudiences(aud: unknown): string[] | undefined {
  if (aud === undefined) return []
  if (typeof aud === 'string') return [aud]
  const isList = Array.isArray(aud) && aud.every((audience) => typeof audience === 'string')
  return isList ? aud : undefined
}

const invalid = (reason: string) => `Invalid token: ${reason}`

const refused = (reason: string) => exchangeRefused(invalid(reason))

const unusableKey = () => refused('The key of the issuer cannot be used')
