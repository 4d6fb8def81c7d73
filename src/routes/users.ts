import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { userOf } from '../plugins/authentication.ts'
import { presentRobotCaller, presentUser, UserSchema } from '../schemas/user.ts'
import type { OrganizationService } from '../services/accounts/organizations.ts'
import type { UserService } from '../services/accounts/users.ts'

interface UserRoutesOptions {
  users: UserService
  organizations: OrganizationService
}

export const userRoutes: FastifyPluginAsyncZod<UserRoutesOptions> = async (app, options) => {
  const { users, organizations } = options

  app.get('/api/v1/user/', {
    config: {
      access: { kind: 'self', scopes: [['user:read'], ['user:admin']] },
    },
    schema: {
      operationId: 'getLoggedInUser',
      tags: ['user'],
      summary: 'Get user information for the authenticated user.',
      description: 'For a robot, its name.',
      response: { 200: UserSchema },
    },
    handler: async (request) => {
      if (request.actor?.kind === 'robot') return presentRobotCaller(request.actor)
      const actor = userOf(request)
      const [email, memberships] = await Promise.all([
        users.emailOf(actor),
        organizations.ofUser(actor),
      ])
      return presentUser(actor, email, memberships)
    },
  })
}
