import type { KeyObject } from 'node:crypto'
import { readJws, type UncheckedJws } from '../crypto/jws.ts'
import type { KeyHeader, KeySet } from '../crypto/key-set.ts'
import { isSignatureAlgorithm, isSignatureOf } from '../crypto/signature-algorithms.ts'
import { IDENTITY_TOKEN_LEEWAY } from '../domain/clock-differences.ts'
import { exchangeRefused } from '../domain/exchange-errors.ts'
import type { ExternalIdentity } from '../domain/federation-verdict.ts'
import { MAX_CLAIMS_BYTES, MAX_IDENTITY_TOKEN_BYTES } from '../domain/identity-token-size.ts'
import { ruleRefusal } from '../domain/issuer-record-rules.ts'
import type { Clock } from '../domain/runtime.ts'
import type { HoldOff, IssuerKeys, KeyProblem, Outage } from './issuer-keys.ts'
import type { IssuerSource } from './issuer-sources.ts'

type Claims = Record<string, unknown>

/** What a token claims; nothing of it has been checked. */
export interface ClaimedIdentity {
  issuer: string
  subject: string | undefined
  audiences: string[]
  jws: UncheckedJws
}

/** The same without a token. */
type Unsigned = Omit<ClaimedIdentity, 'jws'>

/** What a token proves. Whether anybody trusts that issuer and subject is for others to decide. */
export interface VerifiedIdentity extends ExternalIdentity {
  expiresAt: Date
  /** What proved it. */
  key: KeyObject
  /** What the issuer has signed. */
  signedText: string
  /** Whether its issuer's record says that it buys one robot token. */
  singleUse: boolean
  /** Of its issuer, where keys of before proved it. */
  outage?: Outage | undefined
}

export interface IdentityTokenVerifier {
  /** Reads a token without verifying it, or says why it is no signed JSON Web Token that names an issuer. */
  read(token: string): ClaimedIdentity | { problem: string }
  /** The same of claims alone. */
  readClaims(claims: Claims): Unsigned | { problem: string }
  /**
   * Verifies the signature with the issuer's keys, and the claims.
   * @param source of the issuer that is claimed
   * @param network of who sent it (`networkOf`)
   * @param holdOff the reason, if there is one, not to ask the issuer for keys on this caller's behalf now
   * @throws {ServiceError} `exchange_refused` if the token is refused; `unavailable` if the issuer's keys cannot be had;
   *   the reason of `holdOff`, if the issuer would have to be asked
   */
  verify(
    claimed: ClaimedIdentity,
    source: IssuerSource,
    network: string,
    holdOff?: HoldOff,
  ): Promise<VerifiedIdentity>
}

interface IdentityTokenVerifierOptions {
  issuerKeys: Pick<IssuerKeys, 'tryKeys' | 'outageOf'>
  clock: Clock
}

/** The last second that a Date can hold (ECMA-262 §21.4.1.1). */
const LAST_SECOND = 8.64e12

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
    holdOff?: HoldOff,
  ) {
    const header = readHeader(jws.header)
    let key: KeyObject | undefined
    function attempt(keySet: KeySet) {
      const found = provingKey(keySet, header, jws)
      if ('problem' in found) return found.problem
      key = found.key
      return undefined
    }
    const problem = await issuerKeys.tryKeys(source, attempt, network, holdOff)
    if (!key) throw refused((problem ?? NO_KEY).words)
    const identity = readIdentity(source.issuer, jws.claims, clock())
    const violation = ruleRefusal(source.rules, jws.claims)
    if (violation) throw exchangeRefused(violation.message, violation.code)
    return Object.assign(identity, {
      key,
      signedText: jws.text,
      singleUse: source.rules.singleUse ?? false,
      outage: issuerKeys.outageOf(source),
    })
  }

  return { read, readClaims: readUnsigned, verify }
}

function read(token: string): ClaimedIdentity | { problem: string } {
  if (Buffer.byteLength(token) > MAX_IDENTITY_TOKEN_BYTES) return TOO_LONG
  const jws = readJws(token)
  if (!jws) return { problem: invalid('Not a signed JSON Web Token') }
  const claimed = readClaims(jws.claims)
  return 'problem' in claimed ? claimed : { ...claimed, jws }
}

function readUnsigned(claims: Claims): Unsigned | { problem: string } {
  const bytes = Buffer.byteLength(JSON.stringify(claims))
  return bytes > MAX_CLAIMS_BYTES ? TOO_LONG : readClaims(claims)
}

function readClaims({ iss, sub, aud }: Claims): Unsigned | { problem: string } {
  if (typeof iss !== 'string') return { problem: 'Token does not contain issuer' }
  const subject = typeof sub === 'string' ? sub : undefined
  return { issuer: iss, subject, audiences: readAudiences(aud) ?? [] }
}

/** Only the `kid` chooses the key: other headers that carry or point to keys are never looked at. */
function readHeader({ kid, alg, crit }: UncheckedJws['header']): KeyHeader {
  if (typeof kid !== 'string' || kid === '') throw refused('Missing `kid` header')
  if (crit !== undefined) throw refused('The `crit` header is not supported')
  if (!isSignatureAlgorithm(alg)) throw refused('The specified alg value is not allowed')
  return { kid, alg }
}

const NO_KEY: KeyProblem = { want: 'key', words: 'The issuer has no such key' }

/** The key that proves the token, or why none does. */
function provingKey(
  keySet: KeySet,
  header: KeyHeader,
  { text, signature }: UncheckedJws,
): { key: KeyObject } | { problem: KeyProblem } {
  const keys = keySet.find(header)
  if (!keys) return { problem: NO_KEY }
  const key = keys.find((one) => isSignatureOf(text, { alg: header.alg, key: one, signature }))
  if (key) return { key }
  const words =
    keys.length > 0 ? 'Signature verification failed' : 'The key of the issuer cannot be used'
  return { problem: { want: 'signature', words } }
}

/** RFC 7519 §4.1, where `exp` and `iat` may not be missing. */
function readIdentity(issuer: string, claims: Claims, now: Date) {
  const { sub, aud } = claims
  const seconds = Math.floor(now.getTime() / 1000)
  const latest = seconds + IDENTITY_TOKEN_LEEWAY
  const exp = readTime(claims, 'exp')
  const iat = readTime(claims, 'iat')
  if (claims.nbf !== undefined && readTime(claims, 'nbf') > latest) {
    throw refused('The token is not yet valid (nbf)')
  }
  if (exp <= seconds - IDENTITY_TOKEN_LEEWAY) throw refused('Signature has expired')
  if (iat > latest) throw refused('Issued At claim (iat) cannot be in the future.')
  if (!(exp <= LAST_SECOND)) throw refused('The "exp" claim is too far in the future')
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

const TOO_LONG = { problem: invalid('The token is too long') }

const refused = (reason: string) => exchangeRefused(invalid(reason))
