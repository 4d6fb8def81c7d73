import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Access } from '../plugins/access.ts'
import { performerOf } from '../plugins/authentication.ts'
import { repositoryOf, requireBody } from '../plugins/input.ts'
import { NoContent } from '../schemas/common.ts'
import { API_ERRORS, BODY_ERRORS } from '../schemas/errors.ts'
import { RepositoryParamsSchema } from '../schemas/repository.ts'
import {
  AccountPermissionSchema,
  AccountPermissionsSchema,
  presentAccountPermission,
  presentTeamPermission,
  RoleSchema,
  RolesSchema,
  TeamPermissionSchema,
  TeamPermissionsSchema,
} from '../schemas/repository-permission.ts'
import type { RepositoryPermissionService } from '../services/repository-permissions.ts'

export interface RepositoryPermissionRoutesOptions {
  repositoryPermissions: RepositoryPermissionService
}

/** Whoever administers the repository. */
export const REPOSITORY_ADMIN: Access = {
  kind: 'repository',
  role: 'admin',
  scopes: [['repo:admin'], ['super:user']],
}

const config = { access: REPOSITORY_ADMIN }
const tags = ['permission']
const prefix = '/api/v1/repository/:repository/permissions'

/** The roles that users, robots and teams have in a repository. */
export const repositoryPermissionRoutes: FastifyPluginAsyncZod<
  RepositoryPermissionRoutesOptions
> = async (app, options) => {
  await app.register(accountPermissionRoutes, options)
  await app.register(teamPermissionRoutes, options)
}

const accountPermissionRoutes: FastifyPluginAsyncZod<RepositoryPermissionRoutesOptions> = async (
  app,
  { repositoryPermissions: permissions },
) => {
  const url = `${prefix}/user/:username`
  const params = RepositoryParamsSchema.extend({
    username: z.string().describe('The username of the user; the full name of a robot'),
  })

  app.get(`${prefix}/user/`, {
    config,
    schema: {
      operationId: 'listRepoUserPermissions',
      tags,
      summary: 'List all user permissions.',
      params: RepositoryParamsSchema,
      response: { 200: AccountPermissionsSchema, ...API_ERRORS },
    },
    handler: async (request) => {
      const accounts = await permissions.listAccounts(repositoryOf(request))
      return {
        permissions: Object.fromEntries(
          accounts.map((account) => [account.name, presentAccountPermission(account)]),
        ),
      }
    },
  })

  app.get(url, {
    config,
    schema: {
      operationId: 'getUserPermissions',
      tags,
      summary: 'Get the permission for the specified user.',
      params,
      response: { 200: AccountPermissionSchema, ...API_ERRORS },
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
      body: RoleSchema.nullish(),
      response: { 200: AccountPermissionSchema, ...API_ERRORS, ...BODY_ERRORS },
    },
    handler: async (request) => {
      const { role } = requireBody(request, request.body)
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
      response: { 204: NoContent, ...API_ERRORS },
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
      response: { 200: RolesSchema, ...API_ERRORS },
    },
    handler: async (request) => {
      const roles = await permissions.rolesOf(repositoryOf(request), request.params.username)
      return { permissions: roles.map((role) => ({ role })) }
    },
  })
}

const teamPermissionRoutes: FastifyPluginAsyncZod<RepositoryPermissionRoutesOptions> = async (
  app,
  { repositoryPermissions: permissions },
) => {
  const url = `${prefix}/team/:teamname`
  const params = RepositoryParamsSchema.extend({
    teamname: z.string().describe('The name of the team to which the permission applies'),
  })

  app.get(`${prefix}/team/`, {
    config,
    schema: {
      operationId: 'listRepoTeamPermissions',
      tags,
      summary: 'List all team permissions.',
      params: RepositoryParamsSchema,
      response: { 200: TeamPermissionsSchema, ...API_ERRORS },
    },
    handler: async (request) => {
      const teams = await permissions.listTeams(repositoryOf(request))
      return {
        permissions: Object.fromEntries(
          teams.map((team) => [team.name, presentTeamPermission(team)]),
        ),
      }
    },
  })

  app.get(url, {
    config,
    schema: {
      operationId: 'getTeamPermissions',
      tags,
      summary: 'Fetch the permission for the specified team.',
      params,
      response: { 200: RoleSchema, ...API_ERRORS },
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
      body: RoleSchema.nullish(),
      response: { 200: TeamPermissionSchema, ...API_ERRORS, ...BODY_ERRORS },
    },
    handler: async (request) => {
      const { role } = requireBody(request, request.body)
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
      response: { 204: NoContent, ...API_ERRORS },
    },
    handler: async (request, reply) => {
      const { teamname: name } = request.params
      await permissions.deleteTeam(repositoryOf(request), name, performerOf(request))
      return reply.code(204).send()
    },
  })
}
