import type { Actor, UserActor } from './actor.ts'
import { forbidden, modelRefused } from './errors.ts'
import { REPOSITORY_ROLES, reaches, repositoryCap } from './repository-roles.ts'
import { parseScopes, type Scope } from './scopes.ts'

// Scopes that robots are given, to call the API.

/** All of them, in the order in which Quay lists them. */
const GIVEN: readonly Scope[] = [
  'repo:read',
  'repo:write',
  'repo:admin',
  'repo:create',
  'user:read',
  'org:admin',
  'super:user',
  'user:admin',
]

/** Whether scopes include another one: itself, or a higher role in repositories. */
export function includesScope(held: ReadonlySet<Scope>, scope: Scope): boolean {
  const role = REPOSITORY_ROLES.find((name) => scope === `repo:${name}`)
  return held.has(scope) || (role !== undefined && reaches(repositoryCap(held), role))
}

/** What a user, who administers the owner of a robot, may give it: what the token at hand includes and the user has. */
export const scopesToGive = (actor: UserActor): Scope[] =>
  GIVEN.filter(
    (scope) => includesScope(actor.scopes, scope) && (scope !== 'super:user' || actor.superuser),
  )

/**
 * What scopes let a robot do. It has no account to administer, so that `user:admin` lets it no more than see who it is; and
 * no robot is a superuser.
 */
export const scopesOfRobot = (given: readonly Scope[]): ReadonlySet<Scope> =>
  new Set(
    given
      .map((scope) => (scope === 'user:admin' ? 'user:read' : scope))
      .filter((scope) => scope !== 'super:user'),
  )

/** @throws {ServiceError} `insufficient_scope` */
export function assertMayGiveScopes(actor: Actor, scopes: readonly Scope[]) {
  const given = actor.kind === 'user' ? scopesToGive(actor) : []
  if (!scopes.every((scope) => given.includes(scope))) throw forbidden()
}

/** Scopes with any blanks and commas between them; undefined for none, and for unknown ones. */
export const readRobotScopes = (text: string): Scope[] | undefined =>
  parseScopes(
    text
      .split(/[\s,]+/)
      .filter(Boolean)
      .join(' '),
  )

/**
 * Parses scopes with any blanks and commas between them.
 *
 * @throws {ServiceError} `model_refused` for none, and for unknown ones
 */
export function parseRobotScopes(text: string): Scope[] {
  const scopes = parseScopes(
    text
      .split(/[\s,]+/)
      .filter(Boolean)
      .join(' '),
  )
  if (!scopes) throw modelRefused(`Invalid scope: ${text}`)
  return scopes
}
