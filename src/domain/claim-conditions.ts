import { matchesGlob, parseGlob } from './glob.ts'

type Scalar = string | number | boolean

/** What a claim must be: this value, one of these, or text of this pattern. */
export type ClaimCondition = Scalar | Scalar[] | { glob: string }

/** By the name of a claim, or by a JSON pointer (RFC 6901) into the claims. */
export type ClaimConditions = Record<string, ClaimCondition>

/** The names that lead to a claim, from the outermost one. @param path a name or a pointer */
export const claimPath = (path: string): readonly string[] =>
  path.startsWith('/')
    ? path
        .slice(1)
        .split('/')
        .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    : [path]

/** The value at the end of a path; undefined where there is none. */
export const claimAlong = (claims: Record<string, unknown>, path: readonly string[]): unknown =>
  path.reduce<unknown>(memberOf, claims)

/** The value at a name or a pointer; undefined where there is none. */
export const claimAt = (claims: Record<string, unknown>, path: string): unknown =>
  claimAlong(claims, claimPath(path))

function memberOf(value: unknown, name: string): unknown {
  if (Array.isArray(value) && !/^(?:0|[1-9]\d*)$/.test(name)) return undefined
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Record<string, unknown>)[name]
}

/** Whether a claim is what it must be; of a list, one element. Nothing is converted: `"1"` is not `1`. */
export function claimHolds(condition: ClaimCondition, claim: unknown): boolean {
  if (Array.isArray(claim)) return elementHolds(condition, elementsOf(claim))
  if (Array.isArray(condition)) return condition.some((value) => value === claim)
  return typeof condition === 'object' ? patternTest(condition)(claim) : condition === claim
}

/** Whether one of the elements of a list is what it must be. */
function elementHolds(condition: ClaimCondition, elements: ReadonlySet<unknown>): boolean {
  if (Array.isArray(condition)) return condition.some((value) => elements.has(value))
  if (typeof condition !== 'object') return elements.has(condition)
  const matches = patternTest(condition)
  for (const element of elements) if (matches(element)) return true
  return false
}

/** The elements of lists, each once: a list may have thousands, and 200 entries ask about it. */
const listElements = new WeakMap<readonly unknown[], ReadonlySet<unknown>>()

function elementsOf(list: readonly unknown[]): ReadonlySet<unknown> {
  const elements = listElements.get(list) ?? new Set(list)
  listElements.set(list, elements)
  return elements
}

function patternTest({ glob }: { glob: string }): (claim: unknown) => boolean {
  const matches = textTest(glob)
  return (claim) => typeof claim === 'string' && matches(claim)
}

/** A pattern that cannot be read matches nothing. */
export const textMatches = (pattern: string, text: string): boolean => textTest(pattern)(text)

type TextTest = (text: string) => boolean

/** The patterns that were read lately, so many at most: to read one takes longer than to try it. */
const MAX_READ = 1000
const read = new Map<string, TextTest>()

function textTest(pattern: string): TextTest {
  const known = read.get(pattern)
  if (known) return known
  const glob = parseGlob(pattern)
  const test: TextTest = 'problem' in glob ? () => false : (text) => matchesGlob(glob, text)
  if (read.size >= MAX_READ) read.clear()
  read.set(pattern, test)
  return test
}
