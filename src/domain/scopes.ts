/** OAuth2 scopes of the API and what each lets a token do, as in Quay. */
export const SCOPE_DESCRIPTIONS = {
  'repo:read': 'View all visible repositories',
  'repo:write': 'View, push and pull to all repositories that the user can write to',
  'repo:admin': 'Administer all repositories that the user administers',
  'repo:create': 'Create repositories in any namespace where the user may',
  'user:read': "Read the user's account information, such as name and e-mail address",
  'user:admin': "Administer the user's account, including robots of the user",
  'org:admin': 'Administer the organizations of the user, including their robots and teams',
  'super:user': 'Use the rights of a superuser',
} as const

export type Scope = keyof typeof SCOPE_DESCRIPTIONS

export const SCOPES = Object.keys(SCOPE_DESCRIPTIONS) as Scope[]

/** Sets of scopes, each of which suffices by itself; all scopes of a set are needed together. */
export type ScopeAlternatives = readonly (readonly Scope[])[]

export const isScope = (text: string): text is Scope => Object.hasOwn(SCOPE_DESCRIPTIONS, text)

/**
 * Parses a scope string: names separated by one space or comma each. Any unknown or empty element makes
 * the whole string invalid (as in Quay).
 *
 * @returns the scopes without repetition, or undefined
 */
export function parseScopes(text: string): Scope[] | undefined {
  const names = text.split(/[ ,]/)
  return names.every(isScope) ? [...new Set(names)] : undefined
}

/** The sets of scopes that the token holds completely. */
export const satisfiedAlternatives = (held: ReadonlySet<Scope>, alternatives: ScopeAlternatives) =>
  alternatives.filter((scopes) => scopes.every((scope) => held.has(scope)))
