import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Actor, Performer, UserActor } from '../domain/actor.ts'
import { parseBearer } from '../domain/basic-credentials.ts'
import { forbidden, unauthenticated } from '../domain/errors.ts'
import type { Requester } from '../domain/limiter.ts'
import { parseAddress } from '../domain/network.ts'
import type { ApiTokenService } from '../services/applications/api-tokens.ts'
import { admitsAnonymous } from './access.ts'
import { isWaitedFor } from './request-end.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls, where a valid API token came along. */
    actor: Actor | null
  }
}

/** Finds out who calls before the body is read, and turns anonymous callers away from all that is not public. */
export const authentication = fp(
  async (app, { apiTokens }: { apiTokens: ApiTokenService }) => {
    app.decorateRequest('actor', null)

    // A route that does not say who may call it is nobody's.
    app.addHook('onRequest', async (request) => {
      if (request.is404) return
      const { access } = request.routeOptions.config
      if (!access) throw forbidden()
      if (access.kind === 'own-credentials') return
      const token = parseBearer(request.headers.authorization ?? '')
      const check =
        token === undefined
          ? undefined
          : await apiTokens.check(token, { origin: originOf(request) })
      if (check && 'actor' in check) request.actor = check.actor
      if (!request.actor && !admitsAnonymous(access)) throw unauthenticated()
    })
  },
  { name: 'authentication' },
)

/** The user who calls a route that is for users. */
export function userOf(request: FastifyRequest): UserActor {
  if (request.actor?.kind !== 'user') throw unauthenticated()
  return request.actor
}

/** Who does what this request asks for, for the audit log. */
export const performerOf = (request: FastifyRequest): Performer => ({
  actor: request.actor ?? undefined,
  ...originOf(request),
})

/** For what is done one by one for each user, and for the applications of each organization. */
export const requesterOf = ({ actor }: FastifyRequest, reply: FastifyReply): Requester => ({
  id: actor?.kind === 'user' ? actor.userId : (actor?.organizationId ?? ''),
  isWaiting: () => isWaitedFor(reply),
})

/** Behind a proxy that is trusted, the address is what the proxy says. */
export const originOf = (request: FastifyRequest) => ({
  ip: parseAddress(request.ip),
  userAgent: request.headers['user-agent']?.slice(0, 512),
})
