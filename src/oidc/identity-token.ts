import { readJws, type UncheckedJws } from '../crypto/jws.ts'
import type { KeyHeader, KeySet } from '../crypto/key-set.ts'
import { isSignatureAlgorithm, isSignatureOf } from '../crypto/signature-algorithms.ts'
import { exchangeRefused } from '../domain/exchange-errors.ts'
import type { ExternalIdentity } from '../domain/federation-verdict.ts'
import { ruleRefusal } from '../domain/issuer-rules.ts'
import type { Clock } from '../domain/runtime.ts'
import type { IssuerKeys, KeyProblem, Refusal } from './issuer-keys.ts'
import type { IssuerSource } from './issuer-sources.ts'

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
  expiresAt: Date
  /** What the issuer has signed. */
  signedText: string
  /** Whether its issuer's record says that it buys one robot token. */
  singleUse: boolean
}

export interface IdentityTokenVerifier {
  /** Reads a token without verifying it, or says why it is no signed JSON Web Token that names an issuer. */
  read(token: string): ClaimedIdentity | { problem: string }
  /**
   * Verifies the signature with the issuer's keys, and the claims.
   * @param source of the issuer that is claimed
   * @param network of who sent it (`networkOf`)
   * @param refusal the reason, if there is one, not to ask the issuer for keys on this caller's behalf now
   * @throws exchange_refused if the token is refused
   * @throws unavailable if the issuer's keys cannot be had
   * @throws the reason of `refusal`, if the issuer would have to be asked
   */
  verify(
    claimed: ClaimedIdentity,
    source: IssuerSource,
    network: string,
    refusal?: Refusal,
  ): Promise<VerifiedIdentity>
}

interface IdentityTokenVerifierOptions {
  issuerKeys: Pick<IssuerKeys, 'tryKeys'>
  clock: Clock
}

/** Some issuers list all groups of a user in it. */
export const MAX_IDENTITY_TOKEN_BYTES = 24 * 1024
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

  async function verify(
    { jws }: ClaimedIdentity,
    source: IssuerSource,
    network: string,
    refusal?: Refusal,
  ) {
    const header = readHeader(jws.header)
    const attempt = (keySet: KeySet) => keyProblem(keySet, header, jws)
    const problem = await issuerKeys.tryKeys(source, attempt, network, refusal)
    if (problem) throw refused(problem.words)
    const identity = readIdentity(source.issuer, jws.claims, clock())
    const violation = ruleRefusal(source.rules, jws.claims)
    if (violation) throw exchangeRefused(violation.message, violation.code)
    return { ...identity, signedText: jws.text, singleUse: source.rules.singleUse ?? false }
  }

  return { read, verify }
}

function read(token: string): ClaimedIdentity | { problem: string } {
  if (Buffer.byteLength(token) > MAX_IDENTITY_TOKEN_BYTES)
    return { problem: invalid('The token is too long') }
  const jws = readJws(token)
  if (!jws) return { problem: invalid('Not a signed JSON Web Token') }
  const { iss, sub, aud } = jws.claims
  if (typeof iss !== 'string') return { problem: 'Token does not contain issuer' }
  const subject = typeof sub === 'string' ? sub : undefined
  return { issuer: iss, subject, audiences: readAudiences(aud) ?? [], jws }
}

/** Only the `kid` chooses the key: other headers that carry or point to keys are never looked at. */
function readHeader({ kid, alg, crit }: UncheckedJws['header']): KeyHeader {
  if (typeof kid !== 'string' || kid === '') throw refused('Missing `kid` header')
  if (crit !== undefined) throw refused('The `crit` header is not supported')
  if (!isSignatureAlgorithm(alg)) throw refused('The specified alg value is not allowed')
  return { kid, alg }
}

/** Why none of the keys proves the token. */
function keyProblem(
  keySet: KeySet,
  header: KeyHeader,
  { text, signature }: UncheckedJws,
): KeyProblem | undefined {
  const keys = keySet.find(header)
  if (!keys) return { want: 'key', words: 'The issuer has no such key' }
  if (keys.some((key) => isSignatureOf(text, { alg: header.alg, key, signature }))) return undefined
  const words =
    keys.length > 0 ? 'Signature verification failed' : 'The key of the issuer cannot be used'
  return { want: 'signature', words }
}

/** RFC 7519 §4.1, where `exp` and `iat` may not be missing. */
function readIdentity(issuer: string, claims: Claims, now: Date) {
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
