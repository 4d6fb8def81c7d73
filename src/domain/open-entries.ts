import type { ClaimConditions } from './claim-conditions.ts'
import { invalidRequest } from './errors.ts'
import type { FederationEntry } from './federation-entry.ts'
import { told } from './futile-entries.ts'
import { parseGlob } from './glob.ts'
import { isOfAnyTenant, issuerKind } from './shared-issuers.ts'

/**
 * Refuses entries with a pattern by which anybody could get in, or any tenant of an issuer that many share.
 *
 * @throws {ServiceError} `invalid_request`
 */
export function assertNotOpen(entries: readonly FederationEntry[]) {
  for (const entry of entries) {
    const problem = told('Subject', entry.subject, problemOf(entry))
    if (problem !== undefined) throw invalidRequest(problem)
  }
}

function problemOf({ issuer, subject, subject_match: match, claims }: FederationEntry) {
  if (match === undefined || (!saysSomething(subject) && !saySomething(claims))) {
    return match && 'stands for everybody: write more of it out, or add claims'
  }
  const kind = issuerKind(issuer, subject)
  if (!kind || !isOfAnyTenant(kind, literalStart(subject), claims)) return undefined
  return `leaves open whose job it is at ${kind.name}: write out the owner, or have claims pin ${kind.ids.join(' or ')}`
}

/** Up to the first star. */
function literalStart(pattern: string): string {
  const glob = parseGlob(pattern)
  return 'problem' in glob ? '' : glob.first
}

/** Whether there is anything between the stars. */
const saysSomething = (pattern: string) => /[\p{L}\p{N}]/u.test(pattern)

const saySomething = (claims: ClaimConditions = {}) =>
  Object.entries(claims).some(
    ([path, condition]) =>
      !OF_ANY_TOKEN.test(path) &&
      (typeof condition !== 'object' || Array.isArray(condition) || saysSomething(condition.glob)),
  )

/** Claims that say nothing of whose token it is (RFC 7519 §4.1), by name or pointer. */
const OF_ANY_TOKEN = /^(?:(?:iss|aud|exp|nbf|iat|jti)$|\/(?:iss|aud|exp|nbf|iat|jti)(?:\/|$))/
