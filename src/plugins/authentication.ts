import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import {
  type Actor,
  actorIdOf,
  type Performer,
  sessionActorOf,
  type UserActor,
} from '../domain/actor.ts'
import { MAX_USER_AGENT } from '../domain/audit-sizes.ts'
import { isBasic, parseBasic, parseBearer } from '../domain/basic-credentials.ts'
import { forbidden, ServiceError, unauthenticated } from '../domain/errors.ts'
import type { Requester } from '../domain/limiter.ts'
import type { ApiTokenService, TokenCheck } from '../services/applications/api-tokens.ts'
import type { TokenMaker } from '../services/applications/user-tokens.ts'
import type { PasswordLogin, ProvenUser } from '../services/logins/password-login.ts'
import type { Sessions } from '../services/logins/sessions.ts'
import {
  type Access,
  admitsAnonymous,
  asksWhoCalls,
  organizationIn,
  takesPassword,
} from './access.ts'
import { cameLate } from './body-arrival.ts'
import { isWaitedFor } from './request-end.ts'
import { createSessionCallers } from './session-callers.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls, where a valid API token or session came along. */
    actor: Actor | null
    /** Who calls, where the route takes a user's name and password and these came along. */
    provenUser: ProvenUser | null
    /** What is wrong with the credentials that came along; null where there are none, or good ones. */
    credentialProblem: CredentialProblem | null
  }
}

/** In the words of RFC 6750 §3.1. */
interface CredentialProblem {
  code: 'invalid_token' | 'invalid_request'
  words: string
}

interface AuthenticationOptions {
  apiTokens: ApiTokenService
  passwordLogin: PasswordLogin
  sessions: Sessions
  publicUrl: string
}

/**
 * Finds out who calls before the body is read, and turns anonymous callers away from all that is not open to them.
 * Does nothing where the route's access does not depend on who calls.
 */
export const authentication = fp(
  async (app, { apiTokens, passwordLogin, ...options }: AuthenticationOptions) => {
    const findSession = createSessionCallers(options)
    app.decorateRequest('actor', null)
    app.decorateRequest('session', null)
    app.decorateRequest('standing', null)
    app.decorateRequest('provenUser', null)
    app.decorateRequest('credentialProblem', null)

    // Nobody may call a route that does not say who may.
    app.addHook('onRequest', (request, _reply, done) => {
      const { access } = request.routeOptions.config
      if (!request.is404 && !access) done(forbidden())
      else identifyIf(!request.is404, request, done)
    })

    app.addHook('preHandler', (request, reply, done) => {
      identifyIf(cameLate(request, reply), request, done)
    })

    /** Where nobody needs to be asked for, nothing has to wait. */
    function identifyIf(isNow: boolean, request: FastifyRequest, done: (error?: Error) => void) {
      const { access } = request.routeOptions.config
      if (!isNow || !access || !asksWhoCalls(access)) done()
      else identify(request, access).then(() => done(), done)
    }

    async function identify(request: FastifyRequest, access: Access) {
      const { authorization = '' } = request.headers
      if (takesPassword(access) && isBasic(authorization)) return logIn(request, authorization)
      // Beside other credentials a cookie counts for nothing.
      if (authorization === '') await identifyBySession(request, access)
      else await identifyByToken(request, access, authorization)
    }

    async function identifyBySession(request: FastifyRequest, access: Access) {
      const isOpen = admitsAnonymous(access)
      const session = await look(request, isOpen, () => findSession(request, access))
      request.session = session ?? null
      request.standing = session?.standing ?? null
      request.actor = session ? sessionActorOf(session) : null
      if (!session && !isOpen) throw unauthenticated()
    }

    async function identifyByToken(request: FastifyRequest, access: Access, authorization: string) {
      const isOpen = admitsAnonymous(access)
      const token = parseBearer(authorization)
      const check =
        token === undefined
          ? undefined
          : await look(request, isOpen, () => checkOf(request, token, access))
      const caller = check && 'actor' in check ? check : undefined
      request.actor = caller?.actor ?? null
      request.standing = caller?.standing ?? null
      request.credentialProblem = problemOf(check)
      const isMistaken = check && 'problem' in check && check.ofRobot === true
      if (!request.actor && (!isOpen || isMistaken)) throw unauthenticated()
    }

    async function logIn(request: FastifyRequest, authorization: string) {
      const credentials = parseBasic(authorization)
      const check =
        'problem' in credentials
          ? credentials
          : await passwordLogin.atApi(credentials, originOf(request))
      request.provenUser = 'user' in check ? check.user : null
      if ('user' in check) return
      const code = 'problem' in credentials ? 'invalid_request' : 'invalid_token'
      request.credentialProblem = { code, words: check.problem }
      throw unauthenticated()
    }

    const checkOf = (request: FastifyRequest, token: string, access: Access) =>
      apiTokens.check(token, { origin: originOf(request) }, organizationIn(request, access))

    /** Looks a credential up. Where that fails on a route that serves anonymous callers too, the caller is one of them. */
    async function look<Found>(
      request: FastifyRequest,
      isOpen: boolean,
      find: () => Promise<Found | undefined>,
    ) {
      const found = find()
      if (!isOpen) return found
      return found.catch((err: unknown) => {
        if (err instanceof ServiceError) throw err
        request.log.warn({ err }, 'a caller counts as anonymous')
        return undefined
      })
    }
  },
  { name: 'authentication' },
)

function problemOf(check: TokenCheck | undefined): CredentialProblem | null {
  if (!check) return NO_BEARER
  return 'problem' in check ? { code: 'invalid_token', words: check.problem } : null
}

const NO_BEARER: CredentialProblem = {
  code: 'invalid_request',
  words: 'An API token is sent as: Authorization: Bearer TOKEN',
}

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

/** The user who makes a token: with one, or with name and password. */
export function tokenMakerOf(request: FastifyRequest): TokenMaker {
  const { provenUser: user } = request
  return { ...originOf(request), ...(user ? { user } : { actor: userOf(request) }) }
}

/** Whose work waits its turn together: that of a user, a robot, an organization's applications, or an anonymous address. */
export const requesterOf = (
  { actor, clientAddress }: FastifyRequest,
  reply: FastifyReply,
): Requester => ({
  id: actor ? workedFor(actor) : (clientAddress ?? ''),
  isWaiting: () => isWaitedFor(reply),
})

const workedFor = (actor: Actor) =>
  actor.kind === 'application' ? actor.organizationId : actorIdOf(actor)

export const originOf = (request: FastifyRequest) => ({
  ip: request.clientAddress ?? undefined,
  userAgent: request.headers['user-agent']?.slice(0, MAX_USER_AGENT),
})
