import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { parseBasic } from '../domain/basic-credentials.ts'
import { ServiceError } from '../domain/errors.ts'
import type { Profile } from '../domain/profile.ts'
import { originOf } from '../plugins/authentication.ts'
import { challenge, renderRegistryError } from '../plugins/error-bodies.ts'
import { createErrorHandler } from '../plugins/error-handler.ts'
import { RegistryErrorSchema } from '../schemas/errors.ts'
import type { RegistryLogin } from '../services/registry-login.ts'
import type { RegistryTokenService } from '../services/registry-tokens.ts'

export interface RegistryRoutesOptions {
  login: RegistryLogin
  tokens: RegistryTokenService
  profile: Profile
  publicUrl: string
  service: string
}

const RegistryTokenSchema = z
  .object({
    token: z.string(),
    access_token: z.string().describe('The same token, by its OAuth2 name'),
    expires_in: z.int().describe('Seconds'),
    issued_at: z.iso.datetime(),
  })
  .meta({
    id: 'RegistryToken',
    example: {
      token: 'eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2ln',
      access_token: 'eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2ln',
      expires_in: 300,
      issued_at: '2026-11-23T14:33:38.000Z',
    },
  })

/** Token authentication for registries (registry-token.md; Distribution "Token Authentication Specification"). */
export const registryRoutes: FastifyPluginAsyncZod<RegistryRoutesOptions> = async (
  app,
  options,
) => {
  const { login, tokens, profile, publicUrl, service } = options
  app.setErrorHandler(createErrorHandler(renderRegistryError(publicUrl, service), profile))

  app.get('/v2/auth', {
    config: { access: { kind: 'own-credentials', schemes: ['registryBasic'], optional: true } },
    schema: {
      operationId: 'getRegistryToken',
      tags: ['registry'],
      summary: 'Return a token for a container registry.',
      description:
        'What the credentials do not allow is left out of the token. Without credentials only public ' +
        'repositories can be pulled.',
      querystring: z.object({
        scope: z
          .union([z.string(), z.array(z.string())])
          .optional()
          .transform((scopes) => [scopes ?? []].flat().flatMap(splitScopes))
          .meta({
            type: 'array',
            items: { type: 'string' },
            description:
              '`repository:NAMESPACE/NAME:ACTION[,ACTION…]`, repeated or space-separated',
          }),
        service: z
          .union([z.string(), z.array(z.string())])
          .optional()
          .meta({ type: 'string', description: 'Not looked at: tokens are for the one registry' }),
      }),
      response: {
        200: RegistryTokenSchema,
        400: RegistryErrorSchema.describe('A scope that cannot be read'),
        401: RegistryErrorSchema.describe('Missing or invalid credentials'),
        429: RegistryErrorSchema.describe('Too many requests; see `Retry-After`'),
        503: RegistryErrorSchema.describe('Unavailable; see `Retry-After`'),
      },
    },
    handler: async (request, reply) => {
      const origin = originOf(request)
      const scopes = request.query.scope
      const credentials = credentialsOf(request.headers.authorization)
      if (!credentials && scopes.length === 0) {
        throw unauthorized('access to the requested resource is not authorized')
      }
      const identity = credentials
        ? await login.authenticate(credentials, origin)
        : login.anonymous(origin)
      const { token, expiresIn, issuedAt } = await tokens.issue(identity, scopes)
      reply.header('cache-control', 'no-cache, no-store, must-revalidate')
      return {
        token,
        access_token: token,
        expires_in: expiresIn,
        issued_at: issuedAt.toISOString(),
      }
    },
  })

  // Where registry clients look for the challenge; what it answers is what Quay answers.
  app.get('/v2/', {
    config: { access: { kind: 'own-credentials', schemes: ['registryBasic'] } },
    schema: { hide: true },
    handler: async (_request, reply) => {
      challenge(reply, publicUrl, service)
      return reply.code(401).type('text/html; charset=utf-8').send('true')
    },
  })
}

const splitScopes = (scopes: string) => scopes.split(' ').filter((scope) => scope !== '')

const unauthorized = (message: string) => new ServiceError('registry_unauthorized', message)

function credentialsOf(header: string | undefined) {
  if (header === undefined || header === '') return undefined
  const basic = parseBasic(header)
  if ('problem' in basic) throw unauthorized('Specified credentials are invalid')
  return basic
}
