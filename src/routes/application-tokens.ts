import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { freshly, ownerOf } from '../plugins/access.ts'
import { performerOf } from '../plugins/authentication.ts'
import {
  ApplicationTokenListSchema,
  ApplicationTokenSchema,
  CreateApplicationTokenSchema,
  presentApplicationToken,
  presentDetailedToken,
} from '../schemas/application-token.ts'
import { detailsFlag } from '../schemas/common.ts'
import { PageQuerySchema, presentPage } from '../schemas/paging.ts'
import { NoContent } from '../schemas/responses.ts'
import type { ApplicationTokenService } from '../services/applications/application-tokens.ts'
import { APPLICATION_ACCESS, ApplicationParams } from './applications.ts'

interface ApplicationTokenRoutesOptions {
  applicationTokens: ApplicationTokenService
}

/** API tokens of users for an application, made without a browser. */
export const applicationTokenRoutes: FastifyPluginAsyncZod<ApplicationTokenRoutesOptions> = async (
  app,
  { applicationTokens },
) => {
  const url = '/api/v1/organization/:orgname/applications/:client_id/tokens'
  const config = { access: APPLICATION_ACCESS }
  const tags = ['application']

  app.get(url, {
    config,
    schema: {
      operationId: 'listApplicationTokens',
      tags,
      summary: 'List the API tokens that users made for the application.',
      params: ApplicationParams,
      querystring: PageQuerySchema.extend({
        details: detailsFlag('Also what the application got for itself, and what made each token.'),
      }),
      response: { 200: ApplicationTokenListSchema },
    },
    handler: async (request) => {
      const { details, next_page: nextPage } = request.query
      const query = { nextPage, withOwn: details }
      const page = await applicationTokens.list(ownerOf(request), request.params.client_id, query)
      const present = details ? presentDetailedToken : presentApplicationToken
      return presentPage('tokens', page, present)
    },
  })

  app.post(url, {
    config: { access: freshly(APPLICATION_ACCESS) },
    schema: {
      operationId: 'createApplicationToken',
      tags,
      summary: 'Make an API token that acts as the caller.',
      params: ApplicationParams,
      body: CreateApplicationTokenSchema,
      response: { 200: ApplicationTokenSchema },
    },
    handler: async (request) => {
      const { name, scope, expiration } = request.body
      const created = await applicationTokens.create(
        ownerOf(request),
        request.params.client_id,
        { name, scope, expiration: expiration ?? undefined },
        performerOf(request),
      )
      return { ...presentApplicationToken(created), token: created.token }
    },
  })

  app.delete(`${url}/:token_uuid`, {
    config,
    schema: {
      operationId: 'deleteApplicationToken',
      tags,
      summary: 'Revoke an API token of the application.',
      params: ApplicationParams.extend({
        token_uuid: z.string().describe('The UUID of the token'),
      }),
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      const { client_id, token_uuid } = request.params
      await applicationTokens.revoke(ownerOf(request), client_id, token_uuid, performerOf(request))
      return reply.code(204).send()
    },
  })
}
