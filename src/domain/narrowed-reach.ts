import type { RegistryAction } from './registry-actions.ts'
import { covers, isInReach, partsOf, reachProblem } from './registry-reach.ts'

/** The token carries what it is bound to, and is sent as a header (characters). */
const MAX_LENGTH = 2048

/** Only these have commas within; between names of other kinds commas stand for blanks. */
const REGISTRY_SCOPE = /^repository:/

/**
 * The scopes that a request asks for, in their order, each once. What they mean is not looked at.
 *
 * @param text names with blanks or commas between them
 */
export function askedScopes(text: string): string[] {
  if (text === '') return []
  const words = text
    .split(/\s+/)
    .flatMap((word) => (REGISTRY_SCOPE.test(word) ? [word] : word.split(',')))
  return [...new Set(words.filter((word) => word !== ''))]
}

/**
 * Why a token cannot be bound to these scopes, in words that name nothing that is configured; undefined if it can. A name
 * that is a pattern must be one of those that are given: whether a pattern lies within another is not asked.
 *
 * @param given what the token reaches otherwise; undefined: all that its robot does
 */
export function narrowingProblem(
  asked: readonly string[],
  given: readonly string[] | undefined,
): string | undefined {
  if (asked.join(' ').length > MAX_LENGTH) return `more than ${MAX_LENGTH} characters are asked for`
  for (const scope of asked) {
    const problem = reachProblem(scope)
    if (problem !== undefined) return `'${scope}' ${problem}`
    if (given && !isWithin(scope, given)) return `'${scope}' is not within what the entry gives`
  }
  return undefined
}

function isWithin(scope: string, given: readonly string[]): boolean {
  const { name, actions } = partsOf(scope)
  const isPattern = /[*\\]/.test(name)
  function gives(one: string, action: RegistryAction) {
    if (!isPattern) return isInReach([one], name, action)
    const other = partsOf(one)
    return other.name === name && covers(other.actions, action)
  }
  return actions.every((action) => given.some((one) => gives(one, action)))
}
