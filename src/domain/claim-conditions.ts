import { matchesGlob, parseGlob } from './glob.ts'

type Scalar = string | number | boolean

/** What a claim must be: this value, one of these, or text of this pattern. */
export type ClaimCondition = Scalar | Scalar[] | { glob: string }

/** By the name of a claim, or by a JSON pointer (RFC 6901) into the claims. */
export type ClaimConditions = Record<string, ClaimCondition>

/** The value at a name or a pointer; undefined where there is none. */
export function claimAt(claims: Record<string, unknown>, path: string): unknown {
  if (!path.startsWith('/')) return memberOf(claims, path)
  const names = path
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  return names.reduce<unknown>(memberOf, claims)
}

function memberOf(value: unknown, name: string): unknown {
  if (Array.isArray(value) && !/^(?:0|[1-9]\d*)$/.test(name)) return undefined
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Record<string, unknown>)[name]
}

/** Whether a claim is what it must be; of a list, one element. Nothing is converted: `"1"` is not `1`. */
export function claimHolds(condition: ClaimCondition, claim: unknown): boolean {
  if (Array.isArray(claim)) return claim.some((element) => elementHolds(condition, element))
  return elementHolds(condition, claim)
}

function elementHolds(condition: ClaimCondition, element: unknown): boolean {
  if (Array.isArray(condition)) return condition.some((value) => value === element)
  if (typeof condition !== 'object') return condition === element
  return typeof element === 'string' && textMatches(condition.glob, element)
}

/** A pattern that cannot be read matches nothing. */
export function textMatches(pattern: string, text: string): boolean {
  const glob = parseGlob(pattern)
  return !('problem' in glob) && matchesGlob(glob, text)
}
