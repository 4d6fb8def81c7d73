import { type ClaimConditions, claimAt, claimHolds } from './claim-conditions.ts'
import { loginRefused } from './errors.ts'

/** Who may sign in with a password, with a browser. */
export type PasswordSignIn = 'all' | 'superusers' | 'off'

/** Why nobody may. */
export const NO_PASSWORDS = 'Nobody signs in with a password here: sign in by your provider'

/** What the operator says of those who sign in by a provider. */
export interface SignInRules {
  /** Who may: whose claims are one of these; undefined: everybody whom the provider knows. */
  allow: readonly ClaimConditions[] | undefined
  /** Whose first log-in makes a user. */
  createUsers: boolean | readonly ClaimConditions[]
  /** Where the name for a new user stands. */
  usernameClaim: string
  groupsClaim: string
  /** Groups whose members are superusers, and nobody else who signs in here; undefined: the provider does not say who is. */
  superuserGroups: readonly string[] | undefined
  /** Who is in which team: whoever leaves the group leaves the team. */
  teams: readonly TeamRule[]
  /** How the user must have authenticated at the provider: one of these. */
  requiredAcr: readonly string[] | undefined
  /** By what: all of these. */
  requiredAmr: readonly string[] | undefined
}

export interface TeamRule {
  group: string
  organization: string
  team: string
}

export type Claims = Record<string, unknown>

const meets = (claims: Claims, conditions: readonly ClaimConditions[]) =>
  conditions.some((all) =>
    Object.entries(all).every(([path, condition]) => claimHolds(condition, claimAt(claims, path))),
  )

/**
 * Whether somebody may sign in by the provider at all.
 *
 * @throws {ServiceError} `login_refused`
 */
export function assertMaySignIn(provider: string, rules: SignInRules, claims: Claims) {
  const { requiredAcr, requiredAmr, allow } = rules
  if (requiredAcr && !requiredAcr.includes(String(claims.acr))) {
    throw loginRefused(
      `${provider} says ${claims.acr === undefined ? 'nothing of how' : `"${claims.acr}" of how`} you authenticated there (acr), ` +
        `and this service wants ${requiredAcr.join(' or ')}`,
    )
  }
  const missing = requiredAmr?.filter((method) => !listOf(claims.amr).includes(method)) ?? []
  if (missing.length > 0) {
    throw loginRefused(
      `${provider} does not say that you authenticated there by ${missing.join(' and ')} (amr), which this service wants`,
    )
  }
  if (allow && !meets(claims, allow)) {
    throw loginRefused(
      `${provider} knows you, and its users who may sign in here are others (sign_in.providers, allow)`,
    )
  }
}

/** Whether the first log-in of somebody makes a user. */
export const makesUser = ({ createUsers }: SignInRules, claims: Claims) =>
  typeof createUsers === 'boolean' ? createUsers : meets(claims, createUsers)

/** The groups that the provider says somebody is in; none where it says nothing. */
export const groupsOf = ({ groupsClaim }: SignInRules, claims: Claims): readonly string[] =>
  listOf(claimAt(claims, groupsClaim))

/** Undefined where the provider does not decide that. */
export const isSuperuserBy = ({ superuserGroups }: SignInRules, groups: readonly string[]) =>
  superuserGroups?.some((group) => groups.includes(group))

/** The teams that the rules speak of, each once, and whether somebody in these groups is in it. */
export function teamsBy({ teams }: SignInRules, groups: readonly string[]) {
  const wanted = new Map<string, TeamRule & { isMember: boolean }>()
  for (const rule of teams) {
    const key = `${rule.organization} ${rule.team}`
    const isMember = groups.includes(rule.group) || wanted.get(key)?.isMember === true
    wanted.set(key, { ...rule, isMember })
  }
  return [...wanted.values()]
}

function listOf(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return [claim]
  return Array.isArray(claim) ? claim.filter((element) => typeof element === 'string') : []
}
