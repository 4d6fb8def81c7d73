import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Access, repositoryOf } from '../plugins/access.ts'
import { performerOf, requesterOf } from '../plugins/authentication.ts'
import { sendJson } from '../plugins/long-answers.ts'
import { PageQuerySchema, presentByName } from '../schemas/paging.ts'
import { RepositoryParamsSchema } from '../schemas/repository.ts'
import {
  AccountPermissionSchema,
  AccountPermissionsSchema,
  presentAccountPermission,
  RoleSchema,
  RolesSchema,
} from '../schemas/repository-permission.ts'
import { NoContent } from '../schemas/responses.ts'
import type { RepositoryPermissionService } from '../services/repositories/repository-permissions.ts'

export interface RepositoryPermissionRoutesOptions {
  repositoryPermissions: RepositoryPermissionService
}

/** For administrators of the repository. */
export const REPOSITORY_ADMIN: Extract<Access, { kind: 'repository' }> = {
  kind: 'repository',
  role: 'admin',
  scopes: [['repo:admin'], ['super:user']],
}

/** The roles that users and robots have in a repository. */
export const repositoryPermissionRoutes: FastifyPluginAsyncZod<
  RepositoryPermissionRoutesOptions
> = async (app, { repositoryPermissions: permissions }) => {
  const config = { access: REPOSITORY_ADMIN }
  const tags = ['permission']
  const list = '/api/v1/repository/:repository/permissions/user/'
  const url = `${list}:username`
  const params = RepositoryParamsSchema.extend({
    username: z.string().describe('The username of the user; the full name of a robot'),
  })

  app.get(list, {
    config,
    schema: {
      operationId: 'listRepoUserPermissions',
      tags,
      summary: 'List all user permissions.',
      params: RepositoryParamsSchema,
      querystring: PageQuerySchema,
      response: { 200: AccountPermissionsSchema },
    },
    handler: async (request, reply) => {
      const page = permissions.listAccounts(
        repositoryOf(request),
        request.query.next_page,
        requesterOf(request, reply),
      )
      return sendJson(request, reply, presentByName('permissions', page, presentAccountPermission))
    },
  })

  app.get(url, {
    config,
    schema: {
      operationId: 'getUserPermissions',
      tags,
      summary: 'Get the permission for the specified user.',
      params,
      response: { 200: AccountPermissionSchema },
    },
    handler: async (request) =>
      presentAccountPermission(
        await permissions.getAccount(repositoryOf(request), request.params.username),
      ),
  })

  app.put(url, {
    config,
    schema: {
      operationId: 'changeUserPermissions',
      tags,
      summary: 'Update the permission for an existing repository.',
      params,
      body: RoleSchema,
      response: { 200: AccountPermissionSchema },
    },
    handler: async (request) => {
      const { role } = request.body
      const { username } = request.params
      return presentAccountPermission(
        await permissions.setAccount(repositoryOf(request), username, role, performerOf(request)),
      )
    },
  })

  app.delete(url, {
    config,
    schema: {
      operationId: 'deleteUserPermissions',
      tags,
      summary: 'Delete the permission for the user.',
      params,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      const { username } = request.params
      await permissions.deleteAccount(repositoryOf(request), username, performerOf(request))
      return reply.code(204).send()
    },
  })

  app.get(`${url}/transitive`, {
    config,
    schema: {
      operationId: 'getUserTransitivePermission',
      tags,
      summary: 'Get the permissions that the specified user has itself and through teams.',
      params,
      response: { 200: RolesSchema },
    },
    handler: async (request) => {
      const roles = await permissions.rolesOf(repositoryOf(request), request.params.username)
      return { permissions: roles.map((role) => ({ role })) }
    },
  })
}
