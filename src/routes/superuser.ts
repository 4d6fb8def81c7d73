import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { freshly, SUPERUSER } from '../plugins/access.ts'
import { performerOf } from '../plugins/authentication.ts'
import { presentPage } from '../schemas/paging.ts'
import { NoContent } from '../schemas/responses.ts'
import {
  AccountListQuerySchema,
  CreatedInstallUserSchema,
  InstallOrganizationListSchema,
  InstallUserListSchema,
  InstallUserSchema,
  NewInstallUserSchema,
  nameSearchOf,
  presentInstallOrganization,
  presentInstallUser,
  UpdateInstallUserSchema,
  UserListQuerySchema,
} from '../schemas/superuser-user.ts'
import type { AccountDeletion } from '../services/accounts/account-deletion.ts'
import type { OrganizationService } from '../services/accounts/organizations.ts'
import type { SuperuserUserService } from '../services/accounts/superuser-users.ts'

interface SuperuserRoutesOptions {
  superuserUsers: SuperuserUserService
  accountDeletion: AccountDeletion
  organizations: OrganizationService
}

export const superuserRoutes: FastifyPluginAsyncZod<SuperuserRoutesOptions> = async (
  app,
  { superuserUsers: accounts, organizations, accountDeletion },
) => {
  const tags = ['superuser']
  const config = { access: SUPERUSER }
  const setsPassword = { access: freshly(SUPERUSER) }
  const params = z.object({
    username: z.string().describe('The username of the user being managed'),
  })

  app.get('/api/v1/superuser/users/', {
    config,
    schema: {
      operationId: 'listAllUsers',
      tags,
      summary: 'Returns a list of all users in the system.',
      querystring: UserListQuerySchema,
      response: { 200: InstallUserListSchema },
    },
    handler: async (request) => {
      const { disabled: withDisabled, ...query } = request.query
      const page = await accounts.list({ ...nameSearchOf(query), withDisabled })
      return presentPage('users', page, presentInstallUser)
    },
  })

  app.post('/api/v1/superuser/users/', {
    config: setsPassword,
    schema: {
      operationId: 'createInstallUser',
      tags,
      summary: 'Creates a new user.',
      body: NewInstallUserSchema,
      response: { 200: CreatedInstallUserSchema },
    },
    handler: async (request) => {
      const { username, email: given } = request.body
      const email = given || undefined
      const password = await accounts.create({ username, email }, performerOf(request))
      return { username, email: email ?? null, password, encrypted_password: '' }
    },
  })

  app.get('/api/v1/superuser/users/:username', {
    config,
    schema: {
      operationId: 'getInstallUser',
      tags,
      summary: 'Returns information about the specified user.',
      params,
      response: { 200: InstallUserSchema },
    },
    handler: async (request) => presentInstallUser(await accounts.get(request.params.username)),
  })

  app.put('/api/v1/superuser/users/:username', {
    config: setsPassword,
    schema: {
      operationId: 'changeInstallUser',
      tags,
      summary: 'Updates information about the specified user; answers what it was before.',
      params,
      body: UpdateInstallUserSchema,
      response: { 200: InstallUserSchema },
    },
    handler: async (request) => {
      const changes = request.body
      const before = await accounts.update(request.params.username, changes, performerOf(request))
      return {
        ...presentInstallUser(before),
        ...(changes.password !== undefined && { encrypted_password: '' }),
      }
    },
  })

  app.delete('/api/v1/superuser/users/:username', {
    config,
    schema: {
      operationId: 'deleteInstallUser',
      tags,
      summary: 'Deletes the specified user.',
      params,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      await accountDeletion.ofUser(request.params.username, performerOf(request))
      return reply.code(204).send()
    },
  })

  app.get('/api/v1/superuser/organizations/', {
    config,
    schema: {
      operationId: 'listAllOrganizations',
      tags,
      summary: 'Returns a list of all organizations in the system.',
      querystring: AccountListQuerySchema,
      response: { 200: InstallOrganizationListSchema },
    },
    handler: async (request) => {
      const page = await organizations.list(nameSearchOf(request.query))
      return presentPage('organizations', page, presentInstallOrganization)
    },
  })
}
