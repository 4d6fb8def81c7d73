import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { repositoryOf } from '../plugins/access.ts'
import { performerOf, requesterOf } from '../plugins/authentication.ts'
import { sendJson } from '../plugins/long-answers.ts'
import { PageQuerySchema, presentByName } from '../schemas/paging.ts'
import { RepositoryParamsSchema } from '../schemas/repository.ts'
import {
  presentTeamPermission,
  RoleSchema,
  TeamPermissionSchema,
  TeamPermissionsSchema,
} from '../schemas/repository-permission.ts'
import { NoContent } from '../schemas/responses.ts'
import {
  REPOSITORY_ADMIN,
  type RepositoryPermissionRoutesOptions,
} from './repository-permissions.ts'

/** The roles that teams have in a repository of their organization. */
export const repositoryTeamPermissionRoutes: FastifyPluginAsyncZod<
  RepositoryPermissionRoutesOptions
> = async (app, { repositoryPermissions: permissions }) => {
  const config = { access: REPOSITORY_ADMIN }
  const tags = ['permission']
  const list = '/api/v1/repository/:repository/permissions/team/'
  const url = `${list}:teamname`
  const params = RepositoryParamsSchema.extend({
    teamname: z.string().describe('The name of the team to which the permission applies'),
  })

  app.get(list, {
    config,
    schema: {
      operationId: 'listRepoTeamPermissions',
      tags,
      summary: 'List all team permissions.',
      params: RepositoryParamsSchema,
      querystring: PageQuerySchema,
      response: { 200: TeamPermissionsSchema },
    },
    handler: async (request, reply) => {
      const page = permissions.listTeams(
        repositoryOf(request),
        request.query.next_page,
        requesterOf(request, reply),
      )
      return sendJson(request, reply, presentByName('permissions', page, presentTeamPermission))
    },
  })

  app.get(url, {
    config,
    schema: {
      operationId: 'getTeamPermissions',
      tags,
      summary: 'Fetch the permission for the specified team.',
      params,
      response: { 200: RoleSchema },
    },
    handler: async (request) => ({
      role: await permissions.getTeam(repositoryOf(request), request.params.teamname),
    }),
  })

  app.put(url, {
    config,
    schema: {
      operationId: 'changeTeamPermissions',
      tags,
      summary: 'Update the existing team permission.',
      params,
      body: RoleSchema,
      response: { 200: TeamPermissionSchema },
    },
    handler: async (request) => {
      const { role } = request.body
      const { teamname: name } = request.params
      await permissions.setTeam(repositoryOf(request), name, role, performerOf(request))
      return presentTeamPermission({ name, role })
    },
  })

  app.delete(url, {
    config,
    schema: {
      operationId: 'deleteTeamPermissions',
      tags,
      summary: 'Delete the permission for the specified team.',
      params,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      const { teamname: name } = request.params
      await permissions.deleteTeam(repositoryOf(request), name, performerOf(request))
      return reply.code(204).send()
    },
  })
}
