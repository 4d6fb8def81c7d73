import type { FastifyRequest } from 'fastify'
import type { OrganizationRole } from '../domain/organization-roles.ts'
import type { Owner } from '../domain/owner.ts'
import type { RepositoryRole } from '../domain/repository-roles.ts'
import type { ScopeAlternatives } from '../domain/scopes.ts'
import type { OwnName } from '../services/access/namespace-access.ts'
import type { AccessibleRepository } from '../services/access/repository-access.ts'

/** Names of the OpenAPI security schemes (`plugins/openapi.ts`). */
type SecurityScheme =
  | 'apiToken'
  | 'robotBasic'
  | 'registryBasic'
  | 'identityToken'
  | 'clientBasic'
  | 'metricsToken'

/** Who may call a route. It makes the route's guard and its OpenAPI security, so that they cannot differ. */
export type Access =
  /** Anybody; a token that comes along is not looked at. */
  | { kind: 'public' }
  /** Anybody; a token that comes along may show more. */
  | { kind: 'open' }
  /** The route checks credentials of another kind by itself. */
  | { kind: 'own-credentials'; schemes: readonly SecurityScheme[]; optional?: boolean }
  /** A user, for what is the user's own. */
  | { kind: 'user'; scopes: ScopeAlternatives; refuse?: () => Error }
  /** A superuser, for what concerns the whole installation. */
  | { kind: 'superuser'; scopes: ScopeAlternatives }
  /** Somebody with a role in the organization that the path names. */
  | {
      kind: 'organization'
      role: OrganizationRole
      scopes: ScopeAlternatives
      ownName: OwnName
      /** The route lets others act as the robot of the path: the caller's token must reach all that the robot may do. */
      handsOn?: 'robot'
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
    /** The namespace that the route is about; set by its guard. */
    owner: Owner | null
    ownerRole: OrganizationRole | null
    /** The repository that the route is about, and the caller's role in it; set by its guard. */
    repository: AccessibleRepository | null
  }
}

export const PUBLIC: Access = { kind: 'public' }

export const OPEN: Access = { kind: 'open' }

export const SUPERUSER: Access = { kind: 'superuser', scopes: [['super:user']] }

/** Whether the route's access depends on who calls, as an API token tells. */
export const asksWhoCalls = ({ kind }: Access) => kind !== 'public' && kind !== 'own-credentials'

/** Whether callers without a valid API token get as far as the guard. */
export const admitsAnonymous = (access: Access) =>
  !asksWhoCalls(access) ||
  access.kind === 'open' ||
  (access.kind === 'repository' && access.anonymous === true)

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
