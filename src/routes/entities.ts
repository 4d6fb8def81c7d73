import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { PUBLIC } from '../plugins/access.ts'
import { userOf } from '../plugins/authentication.ts'
import {
  EntityListSchema,
  EntityQuerySchema,
  PublicUserSchema,
  presentEntity,
  presentPublicUser,
} from '../schemas/entity.ts'
import type { EntityService } from '../services/accounts/entities.ts'

/** Finding users, robots and teams by the beginning of their names. */
export const entityRoutes: FastifyPluginAsyncZod<{ entities: EntityService }> = async (
  app,
  { entities },
) => {
  app.get('/api/v1/entities/:prefix', {
    // Any token will do to look for users, whatever its scopes.
    config: { access: { kind: 'user', scopes: [[]] } },
    schema: {
      operationId: 'getMatchingEntities',
      tags: ['user'],
      summary: 'Get a list of entities that match the specified prefix.',
      params: z.object({
        prefix: z.string().describe('The prefix of the entities being looked up'),
      }),
      querystring: EntityQuerySchema,
      response: { 200: EntityListSchema },
    },
    handler: async (request) => {
      const { prefix } = request.params
      const found = await entities.search(userOf(request), { prefix, ...request.query })
      return { results: found.map(presentEntity) }
    },
  })

  app.get('/api/v1/users/:username', {
    config: { access: PUBLIC },
    schema: {
      operationId: 'getUserInformation',
      tags: ['user'],
      summary: 'Get user information for the specified user.',
      params: z.object({ username: z.string().describe('The name of the user') }),
      response: { 200: PublicUserSchema },
    },
    handler: async (request) => presentPublicUser(await entities.user(request.params.username)),
  })
}
