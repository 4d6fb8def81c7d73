import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { invalidRequest, ServiceError } from '../domain/errors.ts'
import { ExchangeError } from '../domain/exchange-errors.ts'
import { ACCESS_TOKEN, readTokenExchange } from '../domain/token-exchange.ts'
import { NOT_KEPT } from '../plugins/answer-caching.ts'
import { originOf } from '../plugins/authentication.ts'
import { TOKEN_EXCHANGE_LIMIT } from '../plugins/body-limits.ts'
import { renderTokenExchangeError } from '../plugins/error-bodies.ts'
import { createErrorHandler } from '../plugins/error-handler.ts'
import { readForms } from '../plugins/form-body.ts'
import { OAuthErrorCodeSchema } from '../schemas/errors.ts'
import { TokenExchangeAnswerSchema, TokenExchangeRequestSchema } from '../schemas/token-exchange.ts'
import type { FederationExchange } from '../services/federation/federation-exchange.ts'

const WORDS = { 'X-Error-Description': 'ErrorDescription' } as const

interface TokenExchangeRoutesOptions {
  exchange: FederationExchange
}

/** `POST /sts/token`: the exchange in the words of RFC 8693, for ordinary OAuth2 clients. */
export const tokenExchangeRoutes: FastifyPluginAsyncZod<TokenExchangeRoutesOptions> = async (
  app,
  { exchange },
) => {
  app.setErrorHandler(createErrorHandler(renderTokenExchangeError, inWordsOfOAuth))
  readForms(app)

  app.post('/sts/token', {
    config: {
      access: { kind: 'own-credentials', schemes: [], optional: true },
      answerHeaders: { 400: WORDS, 503: WORDS },
    },
    bodyLimit: TOKEN_EXCHANGE_LIMIT,
    schema: {
      operationId: 'exchangeToken',
      tags: ['federation'],
      summary: 'Return an expiring robot token for an identity token (RFC 8693).',
      description: 'The client does not authenticate: the identity token says who it is.',
      consumes: ['application/x-www-form-urlencoded'],
      body: TokenExchangeRequestSchema.nullish(),
      response: {
        200: TokenExchangeAnswerSchema,
        400: OAuthErrorCodeSchema.describe('Bad Request (RFC 6749 §5.2, RFC 8693 §2.2.2)'),
        429: OAuthErrorCodeSchema.describe('Too many requests; see `Retry-After`'),
        503: OAuthErrorCodeSchema.describe('Unavailable; see `Retry-After`'),
      },
    },
    handler: async (request, reply) => {
      reply.header('cache-control', NOT_KEPT)
      const asked = readTokenExchange(request.body ?? {})
      const issued = await exchange.exchange({ ...asked, forApi: true, origin: originOf(request) })
      const scope = [...issued.apiScopes, ...(issued.scopes ?? [])].join(' ')
      return {
        access_token: issued.token,
        issued_token_type: ACCESS_TOKEN,
        token_type: 'Bearer' as const,
        expires_in: issued.expiresIn,
        ...(scope !== '' && { scope }),
      }
    },
  })
}

/** All refusals are 400 here. Those of an identity token, and of a scope, are `invalid_grant`, as in Quay. */
function inWordsOfOAuth(error: ServiceError) {
  if (error instanceof ExchangeError && error.code === 'exchange_refused') {
    const isUnknown = error.outcome === 'unknown_robot'
    const code = isUnknown ? 'oauth_invalid_target' : 'oauth_invalid_grant'
    return new ServiceError(code, error.message, { cause: error })
  }
  const isNoForm = error.code === 'unsupported_media_type' || error.code === 'request_too_large'
  return isNoForm ? invalidRequest(error.message) : error
}
