import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { unauthenticated } from '../domain/errors.ts'
import { PUBLIC } from '../plugins/access.ts'
import { originOf, userOf } from '../plugins/authentication.ts'
import { requireBody } from '../plugins/input.ts'
import { API_ERRORS, BODY_ERRORS, PUBLIC_ERRORS } from '../schemas/errors.ts'
import {
  InitializedUserSchema,
  InitializeUserSchema,
  presentUser,
  UserSchema,
} from '../schemas/user.ts'
import type { OrganizationService } from '../services/organizations.ts'
import type { UserService } from '../services/users.ts'

export interface UserRoutesOptions {
  users: UserService
  organizations: OrganizationService
}

export const userRoutes: FastifyPluginAsyncZod<UserRoutesOptions> = async (app, options) => {
  const { users, organizations } = options

  app.get('/api/v1/user/', {
    config: {
      access: {
        kind: 'user',
        scopes: [['user:read'], ['user:admin']],
        refuse: unauthenticated,
      },
    },
    schema: {
      operationId: 'getLoggedInUser',
      tags: ['user'],
      summary: 'Get user information for the authenticated user.',
      response: { 200: UserSchema, ...API_ERRORS },
    },
    handler: async (request) => {
      const actor = userOf(request)
      const [email, memberships] = await Promise.all([
        users.emailOf(actor),
        organizations.ofUser(actor),
      ])
      return presentUser(actor, email, memberships)
    },
  })

  app.post('/api/v1/user/initialize', {
    config: { access: PUBLIC },
    schema: {
      operationId: 'createInitialUser',
      tags: ['user'],
      summary: 'Create the first user, as superuser, in an empty database.',
      body: InitializeUserSchema.nullish(),
      response: { 200: InitializedUserSchema, ...PUBLIC_ERRORS, ...BODY_ERRORS },
    },
    handler: async (request) => {
      const { access_token: withToken, ...user } = requireBody(request, request.body)
      const token = await users.initialize(user, Boolean(withToken), originOf(request))
      return {
        username: user.username,
        email: user.email ?? '',
        encrypted_password: '',
        access_token: token,
      }
    },
  })
}
