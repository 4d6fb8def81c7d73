import { textMatches } from './claim-conditions.ts'
import { parseGlob } from './glob.ts'
import { REGISTRY_ACTIONS, type RegistryAction } from './registry-actions.ts'

/** Without blanks: lists of scopes are separated by them (RFC 6749 §3.3). */
const SCOPE = /^repository:(\S+):([^:\s]+)$/

/** What is wrong with a scope that says how far robot tokens reach, in words that follow it. */
export function reachProblem(scope: string): string | undefined {
  const [, pattern, actions] = SCOPE.exec(scope) ?? []
  if (pattern === undefined || actions === undefined) {
    return 'is not of the form repository:OWNER/NAME:ACTION,…'
  }
  const known: readonly string[] = REGISTRY_ACTIONS
  const unknown = actions.split(',').find((action) => !known.includes(action))
  if (unknown !== undefined)
    return `has the unknown action '${unknown}': known: ${known.join(', ')}`
  const glob = parseGlob(pattern)
  return 'problem' in glob ? glob.problem : undefined
}

/**
 * Whether one of the scopes covers an action in a repository. The name of a scope is a pattern; its action `*` is all.
 *
 * @param scopes undefined: all repositories
 * @param name as the registry compares it: `acme/web`
 */
export const isInReach = (
  scopes: readonly string[] | undefined,
  name: string,
  action: RegistryAction,
) =>
  scopes === undefined ||
  scopes.some((scope) => {
    const one = partsOf(scope)
    return covers(one.actions, action) && textMatches(one.name, name)
  })

/** The pattern of names, and the actions, of a scope whose form is right. */
export function partsOf(scope: string) {
  const [, name = '', actions = ''] = SCOPE.exec(scope) ?? []
  return { name, actions: actions.split(',') as RegistryAction[] }
}

export const covers = (actions: readonly RegistryAction[], action: RegistryAction) =>
  actions.includes(action) || actions.includes('*')

/** Whether one of the scopes covers an action in some repository. */
export const includesAction = (scopes: readonly string[] | undefined, action: RegistryAction) =>
  scopes === undefined || scopes.some((scope) => covers(partsOf(scope).actions, action))
