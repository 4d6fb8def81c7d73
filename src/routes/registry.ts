import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { parseBasic } from '../domain/basic-credentials.ts'
import { ServiceError } from '../domain/errors.ts'
import { repositoriesIn } from '../domain/registry-scope-list.ts'
import { assertRegistryService } from '../domain/registry-service.ts'
import { REGISTRY_TOKEN_NOT_KEPT } from '../plugins/answer-caching.ts'
import { originOf } from '../plugins/authentication.ts'
import { challenge, renderRegistryError } from '../plugins/error-bodies.ts'
import { createErrorHandler } from '../plugins/error-handler.ts'
import { RegistryErrorSchema } from '../schemas/errors.ts'
import {
  presentToken,
  RegistryTokenSchema,
  ScopesSchema,
  ServiceSchema,
} from '../schemas/registry.ts'
import type { RegistryLogin } from '../services/registry/registry-login.ts'
import type { RegistryTokenService } from '../services/registry/registry-tokens.ts'

export interface RegistryRoutesOptions {
  login: RegistryLogin
  tokens: RegistryTokenService
  publicUrl: string
  service: string
}

const VERSION = { 'Docker-Distribution-API-Version': 'RegistryVersion' } as const

/** Token authentication for registries (Distribution "Token Authentication Specification"). */
export const registryRoutes: FastifyPluginAsyncZod<RegistryRoutesOptions> = async (
  app,
  options,
) => {
  const { login, tokens, publicUrl, service } = options
  app.setErrorHandler(createErrorHandler(renderRegistryError(publicUrl, service)))

  app.get('/v2/auth', {
    config: {
      access: { kind: 'own-credentials', schemes: ['registryBasic'], optional: true },
      answerHeaders: { 400: VERSION, 401: VERSION, 429: VERSION, 503: VERSION },
    },
    schema: {
      operationId: 'getRegistryToken',
      tags: ['registry'],
      summary: 'Return a token for a container registry.',
      description:
        'What the credentials do not allow is left out of the token. Without credentials only public ' +
        'repositories can be pulled. A robot logs in with its static token, a robot token, or an identity ' +
        'token of a job by a federation entry that names audiences.',
      querystring: z.object({
        scope: ScopesSchema,
        service: ServiceSchema,
      }),
      response: {
        200: RegistryTokenSchema,
        400: RegistryErrorSchema.describe('Scopes that cannot be read, or another service'),
        401: RegistryErrorSchema.describe('Missing or invalid credentials'),
        429: RegistryErrorSchema.describe('Too many requests; see `Retry-After`'),
        503: RegistryErrorSchema.describe('Unavailable; see `Retry-After`'),
      },
    },
    handler: async (request, reply) => {
      assertRegistryService(request.query.service, service)
      const origin = originOf(request)
      const scopes = request.query.scope
      const credentials = credentialsOf(request.headers.authorization)
      const identity = credentials
        ? await login.authenticate(credentials, origin, {
            door: 'basic',
            repositories: repositoriesIn(scopes),
          })
        : login.anonymous(origin, scopes)
      reply.header('cache-control', REGISTRY_TOKEN_NOT_KEPT)
      return presentToken(await tokens.issue(identity, scopes))
    },
  })

  // Registry clients ask here for the challenge; answered as Quay does.
  app.get('/v2/', {
    config: { access: { kind: 'own-credentials', schemes: ['registryBasic'] } },
    schema: { hide: true },
    handler: async (_request, reply) => {
      challenge(reply, publicUrl, service)
      return reply.code(401).type('text/html; charset=utf-8').send('true')
    },
  })
}

const unauthorized = (message: string) => new ServiceError('registry_unauthorized', message)

function credentialsOf(header: string | undefined) {
  if (header === undefined || header === '') return undefined
  const basic = parseBasic(header)
  if ('problem' in basic) throw unauthorized('Specified credentials are invalid')
  return basic
}
