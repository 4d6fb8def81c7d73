import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Access, freshly, ownerOf } from '../plugins/access.ts'
import { performerOf, userOf } from '../plugins/authentication.ts'
import {
  AppTokenListSchema,
  AppTokenSchema,
  CreateAppTokenSchema,
  presentAppToken,
  presentAppTokenWithCode,
  presentDetailedAppToken,
} from '../schemas/app-token.ts'
import { detailsFlag, queryFlag } from '../schemas/common.ts'
import { PageQuerySchema, presentPage } from '../schemas/paging.ts'
import { NoContent } from '../schemas/responses.ts'
import type { AppTokenService } from '../services/applications/app-tokens.ts'

interface AppTokenRoutesOptions {
  appTokens: AppTokenService
}

/** App-specific tokens: a user's passwords for registry clients, with the user name `$app`. */
export const appTokenRoutes: FastifyPluginAsyncZod<AppTokenRoutesOptions> = async (
  app,
  { appTokens },
) => {
  const url = '/api/v1/user/apptoken'
  const access: Access = { kind: 'user', scopes: [['user:admin']] }
  const config = { access }
  const showsToken = { access: freshly(access) }
  const tags = ['appspecifictoken']
  const params = z.object({ token_uuid: z.string().describe('The uuid of the app specific token') })

  app.get(url, {
    config,
    schema: {
      operationId: 'listAppTokens',
      tags,
      summary: 'Lists the app specific tokens for the user.',
      querystring: PageQuerySchema.extend({
        expiring: queryFlag(false, 'If true, only those that end within a week.'),
        details: detailsFlag('Also when each ends.'),
      }),
      response: { 200: AppTokenListSchema },
    },
    handler: async (request) => {
      const { expiring, details, next_page } = request.query
      const query = { nextPage: next_page, expiring }
      const page = await appTokens.list(ownerOf(request), query)
      const present = details ? presentDetailedAppToken : presentAppToken
      return { ...presentPage('tokens', page, present), only_expiring: expiring || null }
    },
  })

  app.post(url, {
    config: showsToken,
    schema: {
      operationId: 'createAppToken',
      tags,
      summary: 'Create a new app specific token for user.',
      body: CreateAppTokenSchema,
      response: { 200: AppTokenSchema },
    },
    handler: async (request) => {
      const { title } = request.body
      return presentAppTokenWithCode(
        await appTokens.create(ownerOf(request), title, {
          ...performerOf(request),
          actor: userOf(request),
        }),
      )
    },
  })

  app.get(`${url}/:token_uuid`, {
    config: showsToken,
    schema: {
      operationId: 'getAppToken',
      tags,
      summary: 'Returns a specific app token for the user.',
      params,
      response: { 200: AppTokenSchema },
    },
    handler: async (request) => {
      const { token_uuid: id } = request.params
      const performer = { ...performerOf(request), actor: userOf(request) }
      return presentAppTokenWithCode(await appTokens.get(ownerOf(request), id, performer))
    },
  })

  app.delete(`${url}/:token_uuid`, {
    config,
    schema: {
      operationId: 'revokeAppToken',
      tags,
      summary: 'Revokes a specific app token for the user.',
      params,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      await appTokens.revoke(ownerOf(request), request.params.token_uuid, performerOf(request))
      return reply.code(204).send()
    },
  })
}
