import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Actor } from '../domain/actor.ts'
import { freshLoginRequired, unauthenticated } from '../domain/errors.ts'
import type { NamespaceAccess } from '../services/access/namespace-access.ts'
import type { RepositoryAccess } from '../services/access/repository-access.ts'
import type { RobotHandOn } from '../services/access/robot-hand-on.ts'
import {
  type Access,
  admitsAnonymous,
  asksForSuperuser,
  asksWhoCalls,
  organizationName,
  SUPERUSER,
  takesPassword,
} from './access.ts'
import { cameLate } from './body-arrival.ts'
import { rejectInvalidInput } from './input-validation.ts'

interface GuardOptions {
  namespaceAccess: NamespaceAccess
  repositoryAccess: RepositoryAccess
  robotHandOn: RobotHandOn
}

/**
 * Adds the guard that a route's `config.access` asks for, before the body is read, and the verdict on the input, before
 * the handler. Which namespace is meant may stand in the body: then the guard is asked again, as it is after a body that
 * was long on its way.
 */
export const guards = fp(
  async (app, { namespaceAccess, repositoryAccess, robotHandOn }: GuardOptions) => {
    app.decorateRequest('owner', null)
    app.decorateRequest('ownerRole', null)
    app.decorateRequest('repository', null)

    app.addHook('onRoute', (route) => {
      const access = route.config?.access
      if (!access) return
      route.schema = { ...route.schema, security: securityOf(access) }
      route.attachValidation = true
      route.preHandler = [rejectInvalidInput, ...hooksOf(route.preHandler)]
      if (!isGuarded(access)) return
      const guarded: Guarded = access
      async function guard(request: FastifyRequest) {
        if (guarded.kind === 'session') assertSession(request)
        else await admit(request, guarded)
        assertFresh(request, guarded)
      }
      if (access.kind === 'namespace') {
        route.onRequest = [
          async ({ actor }: FastifyRequest) => namespaceAccess.assertScopes(known(actor), access),
          ...hooksOf(route.onRequest),
        ]
        route.preHandler = [guard, ...route.preHandler]
        return
      }
      route.onRequest = [guard, ...hooksOf(route.onRequest)]
      function again(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) {
        if (cameLate(request, reply)) guard(request).then(() => done(), done)
        else done()
      }
      route.preHandler = [again, ...route.preHandler]
    })

    async function admit(request: FastifyRequest, access: GuardedByRights): Promise<void> {
      if (access.kind === 'repository') {
        const name = repositoryName(request)
        request.repository = (await repositoryAccess.to(request.actor, name, access)) ?? null
        return
      }
      if (request.provenUser) {
        const { id, name } = request.provenUser
        request.owner = { id, name, robotPolicy: null }
        request.ownerRole = 'admin'
        return
      }
      const actor = known(request.actor)
      if (access.kind === 'superuser') return namespaceAccess.toSuperuser(actor, access)
      if (asksForSuperuser(access)) namespaceAccess.toSuperuser(actor, SUPERUSER)
      if (access.kind === 'self') return namespaceAccess.toSelf(actor, access)
      const granted = await namespaceFor(actor, request, access)
      if (access.kind === 'organization' && access.handsOn === 'robot') {
        await robotHandOn.toHandOn(actor, granted.owner, robotName(request))
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
      const { standing } = request
      const name = organizationName(request)
      return namespaceAccess.toOrganization(actor, name, access, standing ?? undefined)
    }
  },
  { name: 'guards', dependencies: ['authentication'] },
)

type Guarded = Exclude<Access, { kind: 'public' | 'open' | 'own-credentials' }>
type GuardedByRights = Exclude<Guarded, { kind: 'session' }>

function assertSession({ session }: FastifyRequest) {
  if (!session) throw unauthenticated()
}

/** @throws {ServiceError} `fresh_login_required` */
function assertFresh({ session, query }: FastifyRequest, { freshLogin }: Access) {
  if (!session || session.isFresh || freshLogin === undefined) return
  if (freshLogin !== 'always') {
    const [value] = [(query as Record<string, string | string[]>)[freshLogin.unlessFalse]].flat()
    if (value === 'false') return
  }
  throw freshLoginRequired()
}

const isGuarded = (access: Access): access is Guarded =>
  asksWhoCalls(access) &&
  access.kind !== 'open' &&
  !(access.kind === 'session' && access.optional === true)

function known(actor: Actor | null): Actor {
  if (!actor) throw new Error('a guarded route was reached without authentication')
  return actor
}

const robotName = (request: FastifyRequest) =>
  (request.params as { robot_shortname: string }).robot_shortname

/** Out of a body that may not have passed its schema: the verdict on it comes after the guard. */
function namespaceName({ body }: FastifyRequest) {
  const { namespace } = (body ?? {}) as { namespace?: unknown }
  return typeof namespace === 'string' ? namespace : undefined
}

const repositoryName = (request: FastifyRequest) =>
  (request.params as { repository: string }).repository

const hooksOf = <Hook>(hooks: Hook | Hook[] | undefined): Hook[] =>
  hooks === undefined ? [] : ([hooks].flat() as Hook[])

const SESSION = { session: [], csrfToken: [] }

function securityOf(access: Access): Record<string, string[]>[] {
  if (access.kind === 'public') return [{}]
  if (access.kind === 'open') return [{}, { apiToken: [] }]
  if (access.kind === 'session') return access.optional ? [{}, SESSION] : [SESSION]
  if (access.kind === 'own-credentials') {
    const schemes = access.schemes.map((scheme) => ({ [scheme]: [] }))
    return access.optional ? [{}, ...schemes] : schemes
  }
  const also = asksForSuperuser(access) ? SUPERUSER.scopes.flat() : []
  const alternatives = access.scopes.map((scopes) => ({
    apiToken: [...new Set([...scopes, ...also])],
  }))
  if (takesPassword(access)) return [...alternatives, { userBasic: [] }]
  return admitsAnonymous(access) ? [{}, ...alternatives] : alternatives
}
