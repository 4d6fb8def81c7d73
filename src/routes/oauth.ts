import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type ClientFields, clientCredentialsOf } from '../domain/client-authentication.ts'
import { invalidRequest, ServiceError } from '../domain/errors.ts'
import { type Access, PUBLIC } from '../plugins/access.ts'
import { METADATA_KEPT, NOT_KEPT } from '../plugins/answer-caching.ts'
import { originOf } from '../plugins/authentication.ts'
import { renderOAuthError } from '../plugins/error-bodies.ts'
import { createErrorHandler } from '../plugins/error-handler.ts'
import { readForms } from '../plugins/form-body.ts'
import {
  IntrospectionSchema,
  OAUTH_ERRORS,
  presentIntrospection,
  ServerMetadataSchema,
  serverMetadata,
  TokenAnswerSchema,
  TokenQuestionSchema,
  TokenRequestSchema,
} from '../schemas/oauth.ts'
import type { OAuthService } from '../services/applications/oauth.ts'

interface OAuthRoutesOptions {
  oauth: OAuthService
  publicUrl: string
  /** Whether identity tokens are exchanged by RFC 8693, elsewhere. */
  tokenExchange: boolean
}

/** OAuth2 for applications (RFC 6749 §4.4, RFC 7009, RFC 7662, RFC 8414). */
export const oauthRoutes: FastifyPluginAsyncZod<OAuthRoutesOptions> = async (
  app,
  { oauth, publicUrl, tokenExchange },
) => {
  readForms(app)
  app.setErrorHandler(createErrorHandler(renderOAuthError(publicUrl)))

  const access: Access = { kind: 'own-credentials', schemes: ['clientBasic'] }
  const config = { access }
  const tags = ['oauth']
  const consumes = ['application/x-www-form-urlencoded']
  const description = 'The client authenticates by Basic or in the body.'

  const authenticate = (request: FastifyRequest, given: ClientFields) =>
    oauth.authenticate(clientCredentialsOf(request.headers.authorization, given), originOf(request))

  app.post('/oauth/token', {
    config,
    schema: {
      operationId: 'createOAuthToken',
      tags,
      summary: 'A token that acts as its application: the client-credentials grant.',
      description,
      consumes,
      body: TokenRequestSchema.nullish(),
      response: { 200: TokenAnswerSchema, ...OAUTH_ERRORS },
    },
    handler: async (request, reply) => {
      const { grant_type, scope, ...given } = request.body ?? {}
      const client = await authenticate(request, given)
      assertGrantType(grant_type)
      const granted = await oauth.grant(client, scope, originOf(request))
      reply.header('cache-control', NOT_KEPT).header('pragma', 'no-cache')
      return {
        access_token: granted.token,
        token_type: 'Bearer' as const,
        expires_in: granted.expiresIn,
        scope: granted.scopes.join(' '),
      }
    },
  })

  app.post('/oauth/revoke', {
    config,
    schema: {
      operationId: 'revokeOAuthToken',
      tags,
      summary: 'End a token of the application.',
      description,
      consumes,
      body: TokenQuestionSchema.nullish(),
      response: {
        200: z.undefined().meta({ description: 'Ended, or never there; no body' }),
        ...OAUTH_ERRORS,
      },
    },
    handler: async (request, reply) => {
      const { token, ...given } = request.body ?? {}
      const client = await authenticate(request, given)
      await oauth.revoke(client, requireToken(token), originOf(request))
      reply.header('cache-control', NOT_KEPT)
      return reply.code(200).send()
    },
  })

  app.post('/oauth/introspect', {
    config,
    schema: {
      operationId: 'introspectOAuthToken',
      tags,
      summary: 'What a token of the application is good for.',
      description,
      consumes,
      body: TokenQuestionSchema.nullish(),
      response: { 200: IntrospectionSchema, ...OAUTH_ERRORS },
    },
    handler: async (request, reply) => {
      const { token, ...given } = request.body ?? {}
      const client = await authenticate(request, given)
      reply.header('cache-control', NOT_KEPT)
      return presentIntrospection(await oauth.introspect(client, requireToken(token)))
    },
  })

  const metadata = {
    operationId: 'getOAuthServerMetadata',
    tags,
    summary: 'What OAuth2 clients need to know of this server (RFC 8414).',
    response: { 200: ServerMetadataSchema },
  }
  for (const [url, hide] of metadataPaths(publicUrl)) {
    app.get(url, {
      config: { access: PUBLIC },
      schema: { ...metadata, hide },
      handler: async (_request, reply) => {
        reply.header('cache-control', METADATA_KEPT)
        return serverMetadata(publicUrl, { tokenExchange })
      },
    })
  }
}

/**
 * Where the metadata is, and whether the OpenAPI document leaves that out. Where `publicUrl` has a path, clients ask at the
 * well-known path followed by that (RFC 8414 §3.1): a proxy that strips the path from others passes this on as it is.
 */
function metadataPaths(publicUrl: string): [url: string, hide: boolean][] {
  const wellKnown = '/.well-known/oauth-authorization-server'
  const path = decodeURI(new URL(publicUrl).pathname).replaceAll(':', '::')
  return path === '/'
    ? [[wellKnown, false]]
    : [
        [wellKnown, false],
        [wellKnown + path, true],
      ]
}

/** @throws {ServiceError} `oauth_unsupported_grant_type`, `invalid_request` where there is none */
function assertGrantType(grantType: string | undefined) {
  if (grantType === undefined) throw invalidRequest('grant_type is missing')
  if (grantType === 'client_credentials') return
  throw new ServiceError('oauth_unsupported_grant_type', 'grant_type must be client_credentials')
}

/** @throws {ServiceError} `invalid_request` */
function requireToken(token: string | undefined) {
  if (token === undefined) throw invalidRequest('token is missing')
  return token
}
