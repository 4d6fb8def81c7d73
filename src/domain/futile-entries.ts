import { invalidRequest } from './errors.ts'
import type { FederationEntry } from './federation-entry.ts'
import { issuerOfDiscovery, issuerProblem } from './issuer-url.ts'

/** Control characters, and what ends a line. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029]/u

/** Characters of a text that a refusal quotes. */
const MAX_SHOWN = 100

/**
 * Refuses entries that could be stored but would never admit a token, whatever the operator allows.
 *
 * @throws {ServiceError} `invalid_request`
 */
export function assertNotFutile(entries: readonly FederationEntry[]) {
  const problem = entries.map(problemOf).find((found) => found !== undefined)
  if (problem !== undefined) throw invalidRequest(problem)
}

const problemOf = ({ issuer, subject, audiences = [] }: FederationEntry): string | undefined =>
  told('Issuer', issuer, issuerProblem(issuer) ?? discoveryProblem(issuer)) ??
  told('Subject', subject, textProblem(subject)) ??
  audiences
    .map((audience) => told('Audience', audience, audienceProblem(audience)))
    .find((problem) => problem !== undefined)

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

function told(name: string, value: string, problem: string | undefined) {
  if (problem === undefined) return undefined
  const characters = [...value]
  const shown = characters.slice(0, MAX_SHOWN).join('')
  return `${name} '${shown}${characters.length > MAX_SHOWN ? '…' : ''}' ${problem}`
}
