import type { ClaimCondition, ClaimConditions } from './claim-conditions.ts'
import { abridged } from './cut-text.ts'
import { invalidRequest } from './errors.ts'
import type { FederationEntry } from './federation-entry.ts'
import { parseGlob } from './glob.ts'
import { isRecordName, RECORD_NAME_RULE } from './issuer-record-name.ts'
import { issuerOfDiscovery, issuerProblem } from './issuer-url.ts'
import { reachProblem } from './registry-reach.ts'

/** Control characters, and what ends a line. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029]/u

/** Characters of a text that a refusal quotes. */
const MAX_SHOWN = 100

/**
 * Refuses entries that could be stored but would never admit a token as long as the operator allows no other addresses.
 *
 * @param addressRefusal why the keys for an entry may not be asked for where they are
 * @throws {ServiceError} `invalid_request`
 */
export function assertNotFutile(
  entries: readonly FederationEntry[],
  addressRefusal: (index: number) => string | undefined,
) {
  const problem = first(
    entries.map((entry, index) => problemOf(entry, () => addressRefusal(index))),
  )
  if (problem !== undefined) throw invalidRequest(problem)
}

function problemOf(
  entry: FederationEntry,
  addressRefusal: () => string | undefined,
): string | undefined {
  const { issuer, issuer_ref: ref, subject, audiences = [], claims, registry_scopes = [] } = entry
  return (
    told('Issuer', issuer, issuerProblem(issuer) ?? discoveryProblem(issuer)) ??
    told('Issuer', issuer, addressProblem(addressRefusal())) ??
    told('Issuer record', ref ?? '', recordProblem(ref)) ??
    told('Subject', subject, textProblem(subject) ?? subjectProblem(entry)) ??
    first(audiences.map((audience) => told('Audience', audience, audienceProblem(audience)))) ??
    claimsProblem(claims) ??
    first(registry_scopes.map((scope) => told('Scope', scope, reachProblem(scope))))
  )
}

const first = (problems: (string | undefined)[]) =>
  problems.find((problem) => problem !== undefined)

function subjectProblem({ subject, subject_match: match }: FederationEntry) {
  if (match !== undefined) return patternProblem(subject)
  return subject.includes('*') ? 'has a * without "subject_match": "glob"' : undefined
}

function patternProblem(pattern: string) {
  const glob = parseGlob(pattern)
  return 'problem' in glob ? glob.problem : undefined
}

/** What keeps conditions from ever holding, or from being read; undefined where nothing does. */
export const claimsProblem = (claims: ClaimConditions = {}) =>
  first(
    Object.entries(claims).map(([path, condition]) =>
      told('Claim', path, claimProblem(path, condition)),
    ),
  )

function claimProblem(path: string, condition: ClaimCondition) {
  if (path.startsWith('/') && /~(?![01])/.test(path)) {
    return 'is no JSON pointer: write ~0 for ~, and ~1 for / in a name'
  }
  const isPattern = typeof condition === 'object' && !Array.isArray(condition)
  const problem = isPattern ? patternProblem(condition.glob) : undefined
  return problem && `has a pattern that ${problem}`
}

const recordProblem = (name: string | undefined) =>
  name === undefined || isRecordName(name) ? undefined : RECORD_NAME_RULE

const addressProblem = (refusal: string | undefined) =>
  refusal && `may not be contacted: ${refusal} (see OIDC_ALLOWED_HOSTS)`

function discoveryProblem(issuer: string) {
  const meant = issuerOfDiscovery(issuer)
  return meant && `is the address of a discovery document; the issuer is ${meant}`
}

/** What is wrong with an audience, in words that follow it; undefined where nothing is. */
export function audienceProblem(audience: string) {
  if (audience === '*') return 'stands for no other: name them, or leave audiences out for any'
  return textProblem(audience)
}

export function textProblem(text: string) {
  if (UNPRINTABLE.test(text)) return 'has a control character'
  return text === text.trim() ? undefined : 'begins or ends with a blank'
}

/** What is wrong with a text that was posted, undefined where nothing is. */
export function told(name: string, value: string, problem: string | undefined) {
  if (problem === undefined) return undefined
  return `${name} '${abridged(value, MAX_SHOWN)}' ${problem}`
}
