import type { ClaimCondition } from './claim-conditions.ts'
import { invalidRequest } from './errors.ts'
import type { FederationEntry } from './federation-entry.ts'
import { parseGlob } from './glob.ts'
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
  const { issuer, subject, audiences = [], claims = {}, registry_scopes: scopes = [] } = entry
  return (
    told('Issuer', issuer, issuerProblem(issuer) ?? discoveryProblem(issuer)) ??
    told('Issuer', issuer, addressProblem(addressRefusal())) ??
    told('Subject', subject, textProblem(subject) ?? subjectProblem(entry)) ??
    first(audiences.map((audience) => told('Audience', audience, audienceProblem(audience)))) ??
    first(
      Object.entries(claims).map(([path, condition]) =>
        told('Claim', path, claimProblem(path, condition)),
      ),
    ) ??
    first(scopes.map((scope) => told('Scope', scope, reachProblem(scope))))
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

function claimProblem(path: string, condition: ClaimCondition) {
  if (path.startsWith('/') && /~(?![01])/.test(path)) {
    return 'is no JSON pointer: write ~0 for ~, and ~1 for / in a name'
  }
  const isPattern = typeof condition === 'object' && !Array.isArray(condition)
  const problem = isPattern ? patternProblem(condition.glob) : undefined
  return problem && `has a pattern that ${problem}`
}

const addressProblem = (refusal: string | undefined) =>
  refusal && `may not be contacted: ${refusal} (see OIDC_ALLOWED_HOSTS)`

function discoveryProblem(issuer: string) {
  const meant = issuerOfDiscovery(issuer)
  return meant && `is the address of a discovery document; the issuer is ${meant}`
}

function audienceProblem(audience: string) {
  if (audience === '*') return 'stands for no other: name them, or leave audiences out for any'
  return textProblem(audience)
}

function textProblem(text: string) {
  if (UNPRINTABLE.test(text)) return 'has a control character'
  return text === text.trim() ? undefined : 'begins or ends with a blank'
}

/** What is wrong with a text that was posted, undefined where nothing is. */
export function told(name: string, value: string, problem: string | undefined) {
  if (problem === undefined) return undefined
  const characters = [...value]
  const shown = characters.slice(0, MAX_SHOWN).join('')
  return `${name} '${shown}${characters.length > MAX_SHOWN ? '…' : ''}' ${problem}`
}
