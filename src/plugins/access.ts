import type { FastifyRequest, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import type { Actor } from '../domain/actor.ts'
import type { OrganizationRole } from '../domain/organization-access.ts'
import type { Owner } from '../domain/owner.ts'
import type { RepositoryRole } from '../domain/registry-scope.ts'
import type { ScopeAlternatives } from '../domain/scopes.ts'
import type { NamespaceAccess, OwnName } from '../services/access/namespace-access.ts'
import type {
  AccessibleRepository,
  RepositoryAccess,
} from '../services/access/repository-access.ts'
import { OPEN_BODY_LIMIT } from './body-parser.ts'
import { rejectInvalidInput } from './input.ts'

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
  /** Anybody; a token that comes along is looked at. */
  | { kind: 'public' }
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
    }
  /** Somebody with a role in the namespace that the body names; the caller's own where it names none. */
  | { kind: 'namespace'; role: OrganizationRole; scopes: ScopeAlternatives }
  /** Somebody with a role in the repository that the path names; `anonymous`: whoever may pull it, too. */
  | {
      kind: 'repository'
      role: RepositoryRole
      scopes: ScopeAlternatives
      anonymous?: boolean
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

export const SUPERUSER: Access = { kind: 'superuser', scopes: [['super:user']] }

/** Whether callers without a valid API token get as far as the guard. */
export const admitsAnonymous = (access: Access) =>
  access.kind === 'public' ||
  access.kind === 'own-credentials' ||
  (access.kind === 'repository' && access.anonymous === true)

interface AccessOptions {
  namespaceAccess: NamespaceAccess
  repositoryAccess: RepositoryAccess
}

/** Adds the guard that a route's `config.access` asks for, then the verdict on its input, before its handler. */
export const accessPlugin = fp(
  async (app, { namespaceAccess, repositoryAccess }: AccessOptions) => {
    app.decorateRequest('owner', null)
    app.decorateRequest('ownerRole', null)
    app.decorateRequest('repository', null)

    app.addHook('onRoute', (route) => {
      const access = route.config?.access
      if (!access) return
      route.attachValidation = true
      if (admitsAnonymous(access)) route.bodyLimit = OPEN_BODY_LIMIT
      route.schema = { ...route.schema, security: securityOf(access) }
      route.preHandler = [...guardsOf(access), rejectInvalidInput, ...handlersOf(route)]
    })

    function guardsOf(access: Access) {
      if (access.kind === 'public' || access.kind === 'own-credentials') return []
      const guard = async (request: FastifyRequest) => {
        const { actor } = request
        if (access.kind === 'repository') {
          request.repository = await repositoryAccess.to(actor, repositoryName(request), access)
          return
        }
        if (!actor) throw new Error('a guarded route was reached without authentication')
        if (access.kind === 'superuser') return namespaceAccess.toSuperuser(actor, access)
        const granted = await namespaceFor(actor, request, access)
        request.owner = granted.owner
        request.ownerRole = granted.role
      }
      return [guard]
    }

    async function namespaceFor(
      actor: Actor,
      request: FastifyRequest,
      access: Extract<Access, { kind: 'user' | 'organization' | 'namespace' }>,
    ) {
      if (access.kind === 'user') return namespaceAccess.toUser(actor, access)
      if (access.kind === 'namespace') {
        return namespaceAccess.toNamespace(actor, namespaceName(request), access)
      }
      return namespaceAccess.toOrganization(actor, organizationName(request), access)
    }
  },
  { name: 'access', dependencies: ['authentication'] },
)

const organizationName = (request: FastifyRequest) =>
  (request.params as { orgname: string }).orgname

/** Out of a body that may not have passed its schema: the verdict on it comes after the guard. */
const namespaceName = ({ body }: FastifyRequest) => {
  const { namespace } = (body ?? {}) as { namespace?: unknown }
  return typeof namespace === 'string' ? namespace : undefined
}

const repositoryName = (request: FastifyRequest) =>
  (request.params as { repository: string }).repository

function handlersOf({ preHandler }: RouteOptions) {
  if (!preHandler) return []
  return Array.isArray(preHandler) ? preHandler : [preHandler]
}

function securityOf(access: Access): Record<string, string[]>[] {
  if (access.kind === 'public') return [{}, { apiToken: [] }]
  if (access.kind === 'own-credentials') {
    const schemes = access.schemes.map((scheme) => ({ [scheme]: [] }))
    return access.optional ? [{}, ...schemes] : schemes
  }
  const alternatives = access.scopes.map((scopes) => ({ apiToken: [...scopes] }))
  return admitsAnonymous(access) ? [{}, ...alternatives] : alternatives
}

/** The repository that the guard has found the route to be about; a route without has none to ask for. */
export function repositoryOf(request: FastifyRequest) {
  if (!request.repository) throw new Error('a route without repository asked for it')
  return request.repository
}

/** The namespace that the guard has found the route to be about; a route without has none to ask for. */
export function ownerOf(request: FastifyRequest) {
  if (!request.owner) throw new Error('a route without owner asked for it')
  return request.owner
}
