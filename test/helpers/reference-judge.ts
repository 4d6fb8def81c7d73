import type { ClaimCondition } from '../../src/domain/claim-conditions.ts'
import type { FederationEntry } from '../../src/domain/federation-entry.ts'
import type { ExternalIdentity } from '../../src/domain/federation-verdict.ts'

// The rules of entries once more, written for nothing but to be plain.

/** Tries every way, as the words of the rule have it. */
export function standsFor(pattern: string, text: string): boolean {
  const [next] = pattern
  const [first] = text
  if (next === undefined) return text === ''
  if (next === '\\') return first === pattern[1] && standsFor(pattern.slice(2), text.slice(1))
  if (pattern.startsWith('**')) {
    return standsFor(pattern.slice(2), text) || (text !== '' && standsFor(pattern, text.slice(1)))
  }
  if (next === '*') {
    const goesOn = first !== undefined && first !== '/' && first !== ':'
    return standsFor(pattern.slice(1), text) || (goesOn && standsFor(pattern, text.slice(1)))
  }
  return first === next && standsFor(pattern.slice(1), text.slice(1))
}

function isMet(condition: ClaimCondition, claim: unknown): boolean {
  if (Array.isArray(claim))
    return claim.filter((one) => !Array.isArray(one)).some((one) => isMet(condition, one))
  if (Array.isArray(condition)) return condition.includes(claim as string)
  if (typeof condition === 'object') {
    return typeof claim === 'string' && standsFor(condition.glob, claim)
  }
  return claim === condition
}

/** Follows names, or places in lists, from the claims on. */
function at(claims: unknown, path: string): unknown {
  const names = path.startsWith('/') ? path.slice(1).split('/') : [path]
  let value = claims as Record<string, unknown> | undefined
  for (const name of names) {
    const isThere = value !== null && typeof value === 'object' && Object.keys(value).includes(name)
    value = isThere ? (value as Record<string, never>)[name] : undefined
  }
  return value
}

/** Whether an identity may act by one of the entries, at a time in seconds since 1970. */
export const mayAct = (entries: readonly FederationEntry[], who: ExternalIdentity, now: number) =>
  entries.some(
    (entry) =>
      entry.issuer === who.issuer &&
      entry.issuer_ref === who.issuerRef &&
      (entry.subject_match === 'glob'
        ? standsFor(entry.subject, who.subject)
        : entry.subject === who.subject) &&
      (!entry.audiences || entry.audiences.some((one) => who.audiences.includes(one))) &&
      Object.entries(entry.claims ?? {}).every(([path, one]) => isMet(one, at(who.claims, path))) &&
      now - Number(who.claims.iat) <= (entry.max_token_age ?? Infinity),
  )
