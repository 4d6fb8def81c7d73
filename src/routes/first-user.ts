import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Config } from '../config/config.ts'
import { PUBLIC } from '../plugins/access.ts'
import { originOf } from '../plugins/authentication.ts'
import { assertLocalCaller } from '../plugins/local-callers.ts'
import { InitializedUserSchema, InitializeUserSchema } from '../schemas/user.ts'
import type { FirstUser } from '../services/accounts/first-user.ts'

interface FirstUserRoutesOptions {
  firstUser: FirstUser
  config: Pick<Config, 'clientsAreLocal' | 'publicUrl'>
}

const INITIALIZE = '/api/v1/user/initialize'

export const firstUserRoutes: FastifyPluginAsyncZod<FirstUserRoutesOptions> = async (
  app,
  { firstUser, config },
) => {
  // A browser asks this first on behalf of a page of another origin (CORS preflight); the answer does not allow it.
  app.options(INITIALIZE, {
    config: { access: PUBLIC, sameOrigin: true },
    schema: { hide: true },
    handler: async () => '',
  })

  app.post(INITIALIZE, {
    config: { access: PUBLIC, sameOrigin: true },
    schema: {
      operationId: 'createInitialUser',
      tags: ['user'],
      summary: 'Create the first user, as superuser, in an empty database.',
      body: InitializeUserSchema,
      response: { 200: InitializedUserSchema },
    },
    onRequest: async (request) => {
      if (config.clientsAreLocal) assertLocalCaller(request, config.publicUrl)
    },
    handler: async (request) => {
      const { access_token: withToken, ...user } = request.body
      const token = await firstUser.initialize(user, Boolean(withToken), originOf(request))
      return {
        username: user.username,
        email: user.email ?? '',
        encrypted_password: '',
        access_token: token,
      }
    },
  })
}
