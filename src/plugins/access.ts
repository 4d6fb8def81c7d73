import type { FastifyRequest } from 'fastify'
import type { Actor } from '../domain/actor.ts'
import type { OrganizationRole } from '../domain/organization-roles.ts'
import type { RobotOwner } from '../domain/owner.ts'
import type { RepositoryRole } from '../domain/repository-roles.ts'
import type { ScopeAlternatives } from '../domain/scopes.ts'
import type { OwnName, Standing } from '../services/access/namespace-access.ts'
import type { AccessibleRepository } from '../services/access/repository-access.ts'

/** Names of the OpenAPI security schemes (`plugins/openapi.ts`). */
type SecurityScheme =
  | 'apiToken'
  | 'robotBasic'
  | 'registryBasic'
  | 'userBasic'
  | 'identityToken'
  | 'clientBasic'
  | 'metricsToken'

/**
 * When the session of a browser needs a log-in of a moment ago: always, for what reveals or changes secrets, makes tokens, or
 * changes policy or trust; or unless a query parameter is false, which leaves the secret out of the answer.
 */
export type FreshLogin = 'always' | { unlessFalse: 'token' | 'secret' }

/** Who may call a route. It makes the route's guard and its OpenAPI security, so that they cannot differ. */
export type Access = WhoMayCall & { freshLogin?: FreshLogin }

type WhoMayCall =
  /** Anybody; a token that comes along is not looked at. */
  | { kind: 'public' }
  /** Anybody; a token that comes along may show more. */
  | { kind: 'open' }
  /** The route checks credentials of another kind by itself. */
  | { kind: 'own-credentials'; schemes: readonly SecurityScheme[]; optional?: boolean }
  /** Who is logged in with a browser; `optional`: also who is not. */
  | { kind: 'session'; optional?: boolean }
  /** A user, for what is the user's own. `password`: name and password of the user (Basic) do, without a token. */
  | { kind: 'user'; scopes: ScopeAlternatives; password?: 'accepted'; only?: 'superusers' }
  /** A user or a robot, who asks who that is. */
  | { kind: 'self'; scopes: ScopeAlternatives }
  /** A superuser, for what concerns the whole installation. */
  | { kind: 'superuser'; scopes: ScopeAlternatives }
  /** Somebody with a role in the organization that the path names. */
  | {
      kind: 'organization'
      role: OrganizationRole
      scopes: ScopeAlternatives
      ownName: OwnName
      /** Who may not call it, whatever they may do otherwise. */
      refused?: readonly Actor['kind'][]
      /** The route lets others act as the robot of the path: the caller's token must reach all that the robot may do. */
      handsOn?: 'robot'
      /** Of those who have the role, superusers alone, whose tokens have `super:user`, too. */
      only?: 'superusers'
    }
  /** Somebody with a role in the namespace that the body names; the caller's own where it names none. */
  | { kind: 'namespace'; role: OrganizationRole; scopes: ScopeAlternatives }
  /** Somebody with a role in the repository that the path names; `anonymous`: also anybody who may pull from it. */
  | {
      kind: 'repository'
      role: RepositoryRole
      scopes: ScopeAlternatives
      anonymous?: boolean
      /** Whether the route answers itself where there is no such repository, for callers who may be told so. */
      missing?: 'accepted'
    }

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyRequest {
    /** The caller's standing in the organization that the path names; read with who calls. */
    standing: Standing | null
    /** The namespace that the route is about; set by its guard. */
    owner: RobotOwner | null
    ownerRole: OrganizationRole | null
    /** The repository that the route is about, and the caller's role in it; set by its guard. */
    repository: AccessibleRepository | null
  }
}

/** The same, and sessions need a log-in of a moment ago. */
export const freshly = <Rule extends Access>(
  access: Rule,
  freshLogin: FreshLogin = 'always',
): Rule & { freshLogin: FreshLogin } => ({ ...access, freshLogin })

export const PUBLIC: Access = { kind: 'public' }

export const OPEN: Access = { kind: 'open' }

export const SUPERUSER = { kind: 'superuser', scopes: [['super:user']] } as const satisfies Access

/** Whether it is for superusers alone, whatever else they need. */
export const asksForSuperuser = (access: Access) => 'only' in access && access.only === 'superusers'

/** Whether the route's access depends on who calls, as an API token or a session tells. */
export const asksWhoCalls = ({ kind }: Access) => kind !== 'public' && kind !== 'own-credentials'

/** Whether a user's name and password do in place of an API token. */
export const takesPassword = (access: Access) =>
  access.kind === 'user' && access.password === 'accepted'

/** Whether callers without a valid API token get as far as the guard. */
export const admitsAnonymous = (access: Access) =>
  !asksWhoCalls(access) ||
  access.kind === 'open' ||
  (access.kind === 'session' && access.optional === true) ||
  (access.kind === 'repository' && access.anonymous === true)

/** The organization that the path names, where the caller's role in it decides. */
export const organizationIn = ({ params }: FastifyRequest, { kind }: Access) =>
  kind === 'organization' ? organizationName({ params }) : undefined

/** To be called on routes only whose path names one. */
export const organizationName = ({ params }: Pick<FastifyRequest, 'params'>) =>
  (params as { orgname: string }).orgname

/** The repository that the request is about. To be called on routes only whose guard finds one. */
export function repositoryOf(request: FastifyRequest) {
  if (!request.repository) throw new Error('a route without repository asked for it')
  return request.repository
}

/** The namespace that the request is about. To be called on routes only whose guard finds one. */
export function ownerOf(request: FastifyRequest) {
  if (!request.owner) throw new Error('a route without owner asked for it')
  return request.owner
}
