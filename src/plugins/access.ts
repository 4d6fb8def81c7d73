import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Actor } from '../domain/actor.ts'
import type { OrganizationRole } from '../domain/organization-roles.ts'
import type { Owner } from '../domain/owner.ts'
import type { RepositoryRole } from '../domain/repository-roles.ts'
import type { ScopeAlternatives } from '../domain/scopes.ts'
import type { NamespaceAccess, OwnName } from '../services/access/namespace-access.ts'
import type {
  AccessibleRepository,
  RepositoryAccess,
} from '../services/access/repository-access.ts'
import type { RobotAccess } from '../services/access/robot-access.ts'
import { cameLate } from './body-arrival.ts'
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
  /** Anybody, who is asked for nothing: a token that comes along is not looked at. */
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
      /** What the route lets others do as well, which the token has to reach: all that the robot of the path may do. */
      handsOn?: 'robot'
    }
  /** Somebody with a role in the namespace that the body names; the caller's own where it names none. */
  | { kind: 'namespace'; role: OrganizationRole; scopes: ScopeAlternatives }
  /** Somebody with a role in the repository that the path names; `anonymous`: whoever may pull it, too. */
  | {
      kind: 'repository'
      role: RepositoryRole
      scopes: ScopeAlternatives
      anonymous?: boolean
      /** Whether the route is reached for one that does not exist, by whom that may be told. */
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

/** Whether it makes a difference who calls, as an API token says it. */
export const asksWhoCalls = ({ kind }: Access) => kind !== 'public' && kind !== 'own-credentials'

/** Whether callers without a valid API token get as far as the guard. */
export const admitsAnonymous = (access: Access) =>
  !asksWhoCalls(access) ||
  access.kind === 'open' ||
  (access.kind === 'repository' && access.anonymous === true)

interface AccessOptions {
  namespaceAccess: NamespaceAccess
  repositoryAccess: RepositoryAccess
  robotAccess: RobotAccess
}

/**
 * Adds the guard that a route's `config.access` asks for, before the body is read, and the verdict on the input, before
 * the handler. Which namespace is meant may stand in the body: then the guard is asked again, as it is after a body that
 * was long on its way.
 */
export const accessPlugin = fp(
  async (app, { namespaceAccess, repositoryAccess, robotAccess }: AccessOptions) => {
    app.decorateRequest('owner', null)
    app.decorateRequest('ownerRole', null)
    app.decorateRequest('repository', null)

    app.addHook('onRoute', (route) => {
      const access = route.config?.access
      if (!access) return
      route.attachValidation = true
      route.schema = { ...route.schema, security: securityOf(access) }
      route.preHandler = [rejectInvalidInput, ...hooksOf(route.preHandler)]
      if (!isGuarded(access)) return
      const guard = (request: FastifyRequest) => admit(request, access)
      if (access.kind === 'namespace') {
        route.onRequest = [
          async ({ actor }: FastifyRequest) => namespaceAccess.assertScopes(known(actor), access),
          ...hooksOf(route.onRequest),
        ]
        route.preHandler = [guard, ...route.preHandler]
        return
      }
      route.onRequest = [guard, ...hooksOf(route.onRequest)]
      const again = async (request: FastifyRequest, reply: FastifyReply) => {
        if (cameLate(request, reply)) await guard(request)
      }
      route.preHandler = [again, ...route.preHandler]
    })

    async function admit(request: FastifyRequest, access: Guarded): Promise<void> {
      if (access.kind === 'repository') {
        const name = repositoryName(request)
        request.repository = (await repositoryAccess.to(request.actor, name, access)) ?? null
        return
      }
      const actor = known(request.actor)
      if (access.kind === 'superuser') return namespaceAccess.toSuperuser(actor, access)
      const granted = await namespaceFor(actor, request, access)
      if (access.kind === 'organization' && access.handsOn === 'robot') {
        await robotAccess.toHandOn(actor, granted.owner, robotName(request))
      }
      request.owner = granted.owner
      request.ownerRole = granted.role
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

type Guarded = Exclude<Access, { kind: 'public' | 'open' | 'own-credentials' }>

const isGuarded = (access: Access): access is Guarded =>
  asksWhoCalls(access) && access.kind !== 'open'

function known(actor: Actor | null): Actor {
  if (!actor) throw new Error('a guarded route was reached without authentication')
  return actor
}

const organizationName = (request: FastifyRequest) =>
  (request.params as { orgname: string }).orgname

const robotName = (request: FastifyRequest) =>
  (request.params as { robot_shortname: string }).robot_shortname

/** Out of a body that may not have passed its schema: the verdict on it comes after the guard. */
const namespaceName = ({ body }: FastifyRequest) => {
  const { namespace } = (body ?? {}) as { namespace?: unknown }
  return typeof namespace === 'string' ? namespace : undefined
}

const repositoryName = (request: FastifyRequest) =>
  (request.params as { repository: string }).repository

const hooksOf = <Hook>(hooks: Hook | Hook[] | undefined): Hook[] =>
  hooks === undefined ? [] : ([hooks].flat() as Hook[])

function securityOf(access: Access): Record<string, string[]>[] {
  if (access.kind === 'public') return [{}]
  if (access.kind === 'open') return [{}, { apiToken: [] }]
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
