import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { invalidRequest, ServiceError } from '../domain/errors.ts'
import { repositoriesIn } from '../domain/registry-scope-list.ts'
import { assertRegistryService } from '../domain/registry-service.ts'
import { REGISTRY_TOKEN_NOT_KEPT } from '../plugins/answer-caching.ts'
import { originOf } from '../plugins/authentication.ts'
import { renderRegistryOAuthError } from '../plugins/error-bodies.ts'
import { createErrorHandler } from '../plugins/error-handler.ts'
import { readForms } from '../plugins/form-body.ts'
import { RegistryOAuthErrorSchema } from '../schemas/errors.ts'
import {
  presentOAuthToken,
  RegistryOAuthTokenSchema,
  RegistryTokenRequestSchema,
  splitScopes,
} from '../schemas/registry.ts'
import type { RegistryRoutesOptions } from './registry.ts'

/**
 * `POST /v2/auth`, which containerd and BuildKit try first. They fall back to GET after
 * 400 and 401 but give up after 403, 415 or 5xx: so a body that is no form is an invalid request (400).
 */
export const registryFormRoutes: FastifyPluginAsyncZod<RegistryRoutesOptions> = async (
  app,
  { login, tokens, publicUrl, service },
) => {
  const handleError = createErrorHandler(renderRegistryOAuthError(publicUrl, service))
  app.setErrorHandler((error: { statusCode?: number }, request, reply) => {
    const refused = error.statusCode === 415 ? invalidRequest('The body is no form') : error
    return handleError(refused, request, reply)
  })
  readForms(app, { ignoreOthers: true })

  app.post('/v2/auth', {
    config: {
      access: { kind: 'own-credentials', schemes: [], optional: true },
      answerHeaders: { 401: { 'Docker-Distribution-API-Version': 'RegistryVersion' } },
    },
    schema: {
      operationId: 'postRegistryToken',
      tags: ['registry'],
      summary: 'Return a token for a container registry, the OAuth2 way.',
      description: 'As with GET. There are no refresh tokens.',
      consumes: ['application/x-www-form-urlencoded'],
      body: RegistryTokenRequestSchema,
      response: {
        200: RegistryOAuthTokenSchema,
        400: RegistryOAuthErrorSchema.describe(
          'No usable form, another grant or service, or scopes that cannot be read',
        ),
        401: RegistryOAuthErrorSchema.describe('Invalid credentials'),
        413: RegistryOAuthErrorSchema.describe('Request body too large'),
        429: RegistryOAuthErrorSchema.describe('Too many requests; see `Retry-After`'),
        503: RegistryOAuthErrorSchema.describe('Unavailable; see `Retry-After`'),
      },
    },
    handler: async (request, reply) => {
      const { grant_type: grantType, username, password, scope } = request.body
      reply.header('cache-control', REGISTRY_TOKEN_NOT_KEPT)
      if (grantType !== 'password') {
        throw new ServiceError(
          'oauth_unsupported_grant_type',
          'Only the grant type password is served',
        )
      }
      assertRegistryService(request.body.service, service)
      if (username === undefined || password === undefined) {
        throw invalidRequest('A user name and a password are needed')
      }
      const scopes = splitScopes(scope)
      const identity = await login.authenticate({ username, password }, originOf(request), {
        door: 'form',
        repositories: repositoriesIn(scopes),
      })
      return presentOAuthToken(await tokens.issue(identity, scopes))
    },
  })
}
