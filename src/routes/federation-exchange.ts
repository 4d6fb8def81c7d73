import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { parseBasic, parseBearer } from '../domain/basic-credentials.ts'
import { ServiceError } from '../domain/errors.ts'
import { PUBLIC } from '../plugins/access.ts'
import { METADATA_KEPT, NOT_KEPT } from '../plugins/answer-caching.ts'
import { originOf } from '../plugins/authentication.ts'
import { renderExchangeError } from '../plugins/error-bodies.ts'
import { createErrorHandler } from '../plugins/error-handler.ts'
import { readForms } from '../plugins/form-body.ts'
import { ownText } from '../schemas/common.ts'
import { ExchangeErrorSchema } from '../schemas/errors.ts'
import {
  AudienceSchema,
  RobotTokenRequestSchema,
  RobotTokenSchema,
  TimedRobotTokenSchema,
} from '../schemas/federation.ts'
import type { FederationExchange } from '../services/federation/federation-exchange.ts'

const REFUSALS = {
  400: ExchangeErrorSchema.describe('Bad Request'),
  401: ExchangeErrorSchema.describe('Missing or invalid authentication'),
  429: ExchangeErrorSchema.describe('Too many requests; see `Retry-After`'),
  503: ExchangeErrorSchema.describe('The provider cannot be asked; see `Retry-After`'),
}

/** Also where the provider is at fault, for the code of that. */
const CHALLENGES = { 503: { 'WWW-Authenticate': 'WwwAuthenticate' } } as const

interface FederationExchangeRoutesOptions {
  exchange: FederationExchange
  /** What identity tokens are to be made for. */
  audience: string
  publicUrl: string
}

/** `GET` and `POST /oauth2/federation/robot/token`, and what its callers ask before (docs/federation.md). */
export const federationExchangeRoutes: FastifyPluginAsyncZod<
  FederationExchangeRoutesOptions
> = async (app, { exchange, audience, publicUrl }) => {
  app.setErrorHandler(createErrorHandler(renderExchangeError(publicUrl)))
  readForms(app, { besideJson: true })

  app.get('/oauth2/federation/robot/token', {
    config: {
      access: { kind: 'own-credentials', schemes: ['robotBasic', 'identityToken'] },
      answerHeaders: CHALLENGES,
    },
    schema: {
      operationId: 'authFederatedRobotToken',
      tags: ['federation'],
      summary: 'Return an expiring robot token using the robot identity federation mechanism.',
      description:
        'With Basic, the user name is the full name of the robot and the password an identity token. ' +
        'With Bearer, the robot is the one whose configuration matches the identity token.',
      querystring: z.object({
        robot: ownText.meta({
          type: 'string',
          description: 'Full name of the robot, for Bearer where several robots match',
        }),
      }),
      response: {
        200: RobotTokenSchema,
        ...REFUSALS,
      },
    },
    handler: async (request, reply) => {
      reply.header('cache-control', NOT_KEPT)
      const credentials = credentialsOf(request.headers.authorization, request.query.robot)
      const { token } = await exchange.exchange({ ...credentials, origin: originOf(request) })
      return { token }
    },
  })

  app.post('/oauth2/federation/robot/token', {
    config: {
      access: { kind: 'own-credentials', schemes: [], optional: true },
      answerHeaders: CHALLENGES,
    },
    schema: {
      operationId: 'postFederatedRobotToken',
      tags: ['federation'],
      summary: 'Return an expiring robot token for an identity token in the body.',
      description:
        'As with GET, for tokens that are too long for a header, and with the time that is left. The body may also be a form.',
      body: RobotTokenRequestSchema,
      response: {
        200: TimedRobotTokenSchema,
        ...REFUSALS,
        405: ExchangeErrorSchema.describe('There is no body'),
        413: ExchangeErrorSchema.describe('Request body too large'),
        415: ExchangeErrorSchema.describe('Request body of another type than JSON or a form'),
      },
    },
    // Quay has no POST here, and a client of Quay that tries sends no body.
    preValidation: async ({ body }, reply) => {
      if (body !== undefined) return
      reply.header('allow', 'GET')
      throw new ServiceError('method_not_allowed', 'POST needs the identity token in the body')
    },
    handler: async (request, reply) => {
      const { token: identityToken, robot } = request.body
      reply.header('cache-control', NOT_KEPT)
      const issued = await exchange.exchange({ identityToken, robot, origin: originOf(request) })
      return { token: issued.token, token_type: 'Bearer' as const, expires_in: issued.expiresIn }
    },
  })

  app.get('/oauth2/federation/audience', {
    config: { access: PUBLIC },
    schema: {
      operationId: 'getFederationAudience',
      tags: ['federation'],
      summary: 'The audience that jobs are to ask their identity tokens for.',
      response: { 200: AudienceSchema },
    },
    handler: async (_request, reply) => {
      reply.header('cache-control', METADATA_KEPT)
      return { audience }
    },
  })
}

/** @throws {ServiceError} `exchange_refused` in Quay's words */
function credentialsOf(header: string | undefined, robot: string | undefined) {
  if (header === undefined || header === '') throw unreadable('No auth header')
  const identityToken = parseBearer(header)
  if (identityToken !== undefined) return { identityToken, robot }
  const basic = parseBasic(header)
  if ('problem' in basic) throw unreadable(basic.problem)
  if (!basic.username.includes('+')) throw unreadable('Invalid robot')
  return { identityToken: basic.password, robot: basic.username }
}

/** Who sends no credentials has tried no exchange: this is no outcome of one. */
const unreadable = (message: string) => new ServiceError('exchange_refused', message)
