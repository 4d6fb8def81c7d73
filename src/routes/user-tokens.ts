import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Access, freshly, ownerOf, SUPERUSER } from '../plugins/access.ts'
import { performerOf, tokenMakerOf } from '../plugins/authentication.ts'
import { presentPage } from '../schemas/paging.ts'
import { NoContent } from '../schemas/responses.ts'
import {
  MadeUserTokenSchema,
  NewUserTokenSchema,
  presentUserToken,
  toNewUserToken,
  UserTokenListQuerySchema,
  UserTokenListSchema,
} from '../schemas/user-token.ts'
import type { SuperuserUserService } from '../services/accounts/superuser-users.ts'
import type { UserTokenService } from '../services/applications/user-tokens.ts'

interface UserTokenRoutesOptions {
  userTokens: UserTokenService
  superuserUsers: SuperuserUserService
}

const tokenParam = { token_uuid: z.string().describe('The UUID of the token') }

/** All API tokens that act as a user: for the user, and for superusers. */
export const userTokenRoutes: FastifyPluginAsyncZod<UserTokenRoutesOptions> = async (
  app,
  { userTokens, superuserUsers },
) => {
  const own = { kind: 'user', scopes: [['user:admin']] } as const satisfies Access

  app.get('/api/v1/user/tokens', {
    config: { access: own },
    schema: {
      operationId: 'listUserTokens',
      tags: ['user'],
      summary: 'List all API tokens that act as the user.',
      querystring: UserTokenListQuerySchema,
      response: { 200: UserTokenListSchema },
    },
    handler: async (request) => {
      const page = await userTokens.list(ownerOf(request), request.query.q, request.query.next_page)
      return presentPage('tokens', page, presentUserToken)
    },
  })

  app.post('/api/v1/user/tokens', {
    config: { access: freshly({ ...own, password: 'accepted' }) },
    schema: {
      operationId: 'createUserToken',
      tags: ['user'],
      summary: 'Make an API token that acts as the user.',
      description:
        'With an API token, or with name and password. What a token makes ends with it, and reaches no further.',
      body: NewUserTokenSchema,
      response: { 201: MadeUserTokenSchema },
    },
    handler: async (request, reply) => {
      const wanted = toNewUserToken(request.body)
      const made = await userTokens.create(ownerOf(request), wanted, tokenMakerOf(request))
      reply.code(201)
      return { ...presentUserToken(made), token: made.token }
    },
  })

  app.delete('/api/v1/user/tokens/:token_uuid', {
    config: { access: own },
    schema: {
      operationId: 'deleteUserToken',
      tags: ['user'],
      summary: 'End an API token that acts as the user, and what it made.',
      params: z.object(tokenParam),
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      await userTokens.end(ownerOf(request), request.params.token_uuid, performerOf(request))
      return reply.code(204).send()
    },
  })

  const url = '/api/v1/superuser/users/:username/tokens'
  const params = z.object({ username: z.string().describe('The username of the user') })

  app.get(url, {
    config: { access: SUPERUSER },
    schema: {
      operationId: 'listInstallUserTokens',
      tags: ['superuser'],
      summary: 'List all API tokens that act as a user.',
      params,
      querystring: UserTokenListQuerySchema,
      response: { 200: UserTokenListSchema },
    },
    handler: async (request) => {
      const user = await superuserUsers.get(request.params.username)
      const page = await userTokens.list(user, request.query.q, request.query.next_page)
      return presentPage('tokens', page, presentUserToken)
    },
  })

  app.delete(`${url}/:token_uuid`, {
    config: { access: SUPERUSER },
    schema: {
      operationId: 'deleteInstallUserToken',
      tags: ['superuser'],
      summary: 'End an API token that acts as a user, and what it made.',
      description: 'Not one of another superuser.',
      params: params.extend(tokenParam),
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      const { username, token_uuid } = request.params
      const user = await superuserUsers.get(username)
      await userTokens.endFor(user, token_uuid, performerOf(request))
      return reply.code(204).send()
    },
  })
}
