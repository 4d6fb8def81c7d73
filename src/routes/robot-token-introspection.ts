import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Origin } from '../domain/actor.ts'
import { parseBasic, parseBearer } from '../domain/basic-credentials.ts'
import { ServiceError } from '../domain/errors.ts'
import { NOT_KEPT } from '../plugins/answer-caching.ts'
import { originOf } from '../plugins/authentication.ts'
import { renderIntrospectionError } from '../plugins/error-bodies.ts'
import { createErrorHandler } from '../plugins/error-handler.ts'
import { readForms } from '../plugins/form-body.ts'
import { OAuthErrorCodeSchema } from '../schemas/errors.ts'
import {
  presentClaims,
  RobotTokenIntrospectionSchema,
  RobotTokenQuestionSchema,
} from '../schemas/introspection.ts'
import type {
  Asker,
  RobotTokenIntrospection,
} from '../services/federation/robot-token-introspection.ts'

const WORDS = { 'X-Error-Description': 'ErrorDescription' } as const

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks about a robot token. */
    asker: Asker | null
  }
}

interface RobotTokenIntrospectionRoutesOptions {
  introspection: RobotTokenIntrospection
  publicUrl: string
}

/** `POST /oauth2/federation/robot/introspect` (RFC 7662). */
export const robotTokenIntrospectionRoutes: FastifyPluginAsyncZod<
  RobotTokenIntrospectionRoutesOptions
> = async (app, { introspection, publicUrl }) => {
  app.setErrorHandler(createErrorHandler(renderIntrospectionError(publicUrl)))
  readForms(app)
  app.decorateRequest('asker', null)

  /** @throws {ServiceError} `invalid_token`, `oauth_invalid_client` */
  function askerOf(header: string | undefined, origin: Origin) {
    const apiToken = parseBearer(header ?? '')
    if (apiToken !== undefined) return introspection.actorAsker(apiToken, origin)
    const basic = parseBasic(header ?? '')
    if ('problem' in basic) throw new ServiceError('oauth_invalid_client', basic.problem)
    return introspection.robotAsker(basic, origin)
  }

  app.post('/oauth2/federation/robot/introspect', {
    config: {
      access: { kind: 'own-credentials', schemes: ['apiToken', 'robotBasic'] },
      answerHeaders: { 401: WORDS },
    },
    schema: {
      operationId: 'introspectRobotToken',
      tags: ['federation'],
      summary: 'Tell whether an expiring robot token is good now.',
      description:
        "For an API token that administers the robot's owner (`org:admin`, for robots of its own user " +
        '`user:admin`), and for the robot itself. Also no longer good are the tokens of a robot that was ' +
        'deleted or regenerated, is disabled or has expired, of a federation entry that was removed, and of a disabled owner.',
      consumes: ['application/x-www-form-urlencoded'],
      body: RobotTokenQuestionSchema,
      response: {
        200: RobotTokenIntrospectionSchema,
        400: OAuthErrorCodeSchema.describe('Bad Request'),
        401: OAuthErrorCodeSchema.describe('Missing or invalid authentication'),
        413: OAuthErrorCodeSchema.describe('Request body too large'),
        415: OAuthErrorCodeSchema.describe('Request body of another type than a form'),
        429: OAuthErrorCodeSchema.describe('Too many requests; see `Retry-After`'),
        503: OAuthErrorCodeSchema.describe('Unavailable; see `Retry-After`'),
      },
    },
    // Before the form is read: without credentials it is not looked at.
    onRequest: async (request) => {
      request.asker = await askerOf(request.headers.authorization, originOf(request))
    },
    handler: async (request, reply) => {
      if (!request.asker) throw new Error('a question was reached without credentials')
      reply.header('cache-control', NOT_KEPT)
      return presentClaims(await introspection.introspect(request.body.token, request.asker))
    },
  })
}
