import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Config } from '../config/config.ts'
import { invalidRequest, unauthenticated } from '../domain/errors.ts'
import { isLoopback } from '../domain/network.ts'
import { PUBLIC } from '../plugins/access.ts'
import { originOf, userOf } from '../plugins/authentication.ts'
import {
  InitializedUserSchema,
  InitializeUserSchema,
  presentUser,
  UserSchema,
} from '../schemas/user.ts'
import type { OrganizationService } from '../services/accounts/organizations.ts'
import type { UserService } from '../services/accounts/users.ts'

interface UserRoutesOptions {
  users: UserService
  organizations: OrganizationService
  config: Pick<Config, 'clientsAreLocal' | 'publicUrl'>
}

const INITIALIZE = '/api/v1/user/initialize'

export const userRoutes: FastifyPluginAsyncZod<UserRoutesOptions> = async (app, options) => {
  const { users, organizations, config } = options

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
      response: { 200: UserSchema },
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
    handler: async (request) => {
      if (config.clientsAreLocal) assertLocalCaller(request, config.publicUrl)
      const { access_token: withToken, ...user } = request.body
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

/** Headers by which a proxy tells of the caller (RFC 7239 §5, RFC 9110 §7.6.3). */
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']

/**
 * Lets callers of this machine in only. They use its own names: any other name leads here because its owner made it do so,
 * to have a page in a browser on this machine call (DNS rebinding). Requests that a proxy has marked are refused, too; one
 * that leaves no mark cannot be told from a caller on this machine.
 *
 * @throws {ServiceError} `invalid_request`
 */
function assertLocalCaller({ hostname, headers }: FastifyRequest, publicUrl: string) {
  const isForwarded = PROXY_HEADERS.some((name) => headers[name] !== undefined)
  if (isForwarded || !isLoopback(hostname)) throw invalidRequest(`Ask at ${publicUrl}`)
}
