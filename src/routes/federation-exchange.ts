import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { parseBasic, parseBearer } from '../domain/basic-credentials.ts'
import { exchangeRefused } from '../domain/exchange-errors.ts'
import { originOf } from '../plugins/authentication.ts'
import { renderExchangeError } from '../plugins/error-bodies.ts'
import { createErrorHandler } from '../plugins/error-handler.ts'
import { queryText } from '../schemas/common.ts'
import { ExchangeErrorSchema } from '../schemas/errors.ts'
import { RobotTokenSchema } from '../schemas/federation.ts'
import type { FederationExchange } from '../services/federation/federation-exchange.ts'

interface FederationExchangeRoutesOptions {
  exchange: FederationExchange
}

/** `GET /oauth2/federation/robot/token` (docs/federation.md). */
export const federationExchangeRoutes: FastifyPluginAsyncZod<
  FederationExchangeRoutesOptions
> = async (app, { exchange }) => {
  app.setErrorHandler(createErrorHandler(renderExchangeError))

  app.get('/oauth2/federation/robot/token', {
    config: { access: { kind: 'own-credentials', schemes: ['robotBasic', 'identityToken'] } },
    schema: {
      operationId: 'authFederatedRobotToken',
      tags: ['federation'],
      summary: 'Return an expiring robot token using the robot identity federation mechanism.',
      description:
        'With Basic, the user name is the full name of the robot and the password an identity token. ' +
        'With Bearer, the robot is the one whose configuration matches the identity token.',
      querystring: z.object({
        robot: queryText.meta({
          type: 'string',
          description: 'Full name of the robot, for Bearer where several robots match',
        }),
      }),
      response: {
        200: RobotTokenSchema,
        400: ExchangeErrorSchema.describe('Bad Request'),
        401: ExchangeErrorSchema.describe('Missing or invalid authentication'),
        429: ExchangeErrorSchema.describe('Too many requests; see `Retry-After`'),
        503: ExchangeErrorSchema.describe('The provider cannot be asked; see `Retry-After`'),
      },
    },
    handler: async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const credentials = credentialsOf(request.headers.authorization, request.query.robot)
      return { token: await exchange.exchange({ ...credentials, origin: originOf(request) }) }
    },
  })
}

/** @throws {ServiceError} `exchange_refused` in Quay's words */
function credentialsOf(header: string | undefined, robot: string | undefined) {
  if (header === undefined || header === '') throw exchangeRefused('No auth header')
  const identityToken = parseBearer(header)
  if (identityToken !== undefined) return { identityToken, robot }
  const basic = parseBasic(header)
  if ('problem' in basic) throw exchangeRefused(basic.problem)
  if (!basic.username.includes('+')) throw exchangeRefused('Invalid robot')
  return { identityToken: basic.password, robot: basic.username }
}
