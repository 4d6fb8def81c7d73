import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ownerOf } from '../plugins/access.ts'
import { performerOf, requesterOf } from '../plugins/authentication.ts'
import { sendJson } from '../plugins/long-answers.ts'
import {
  CreateDefaultPermissionSchema,
  DefaultPermissionSchema,
  DefaultPermissionsSchema,
  presentDefaultPermission,
} from '../schemas/default-permission.ts'
import { presentPage, WholeQuerySchema, wholeQueryOf } from '../schemas/paging.ts'
import { RoleSchema } from '../schemas/repository-permission.ts'
import { NoContent } from '../schemas/responses.ts'
import type { DefaultPermissionService } from '../services/repositories/default-permissions.ts'
import { organizationAccess, organizationParams } from './organization-params.ts'

interface DefaultPermissionRoutesOptions {
  defaultPermissions: DefaultPermissionService
}

/** The roles that are given in every new repository of an organization; Quay calls them prototypes. */
export const defaultPermissionRoutes: FastifyPluginAsyncZod<
  DefaultPermissionRoutesOptions
> = async (app, { defaultPermissions }) => {
  const url = '/api/v1/organization/:orgname/prototypes'
  const config = { access: organizationAccess('unknown') }
  const tags = ['prototype']
  const params = organizationParams.extend({
    prototypeid: z.string().describe('The ID of the prototype'),
  })

  app.get(url, {
    config,
    schema: {
      operationId: 'getOrganizationPrototypePermissions',
      tags,
      summary: 'List the existing prototypes for this organization.',
      params: organizationParams,
      querystring: WholeQuerySchema,
      response: { 200: DefaultPermissionsSchema },
    },
    handler: async (request, reply) => {
      const page = defaultPermissions.list(
        ownerOf(request),
        wholeQueryOf(request.query),
        requesterOf(request, reply),
      )
      return sendJson(request, reply, presentPage('prototypes', page, presentDefaultPermission))
    },
  })

  app.post(url, {
    config,
    schema: {
      operationId: 'createOrganizationPrototypePermission',
      tags,
      summary: 'Create a new permission prototype.',
      params: organizationParams,
      body: CreateDefaultPermissionSchema,
      response: { 200: DefaultPermissionSchema },
    },
    handler: async (request) => {
      const { role, delegate, activating_user } = request.body
      const permission = { role, delegate, activatingUser: activating_user?.name }
      return presentDefaultPermission(
        await defaultPermissions.create(ownerOf(request), permission, performerOf(request)),
      )
    },
  })

  app.put(`${url}/:prototypeid`, {
    config,
    schema: {
      operationId: 'updateOrganizationPrototypePermission',
      tags,
      summary: 'Update the role of an existing permission prototype.',
      params,
      body: RoleSchema,
      response: { 200: DefaultPermissionSchema },
    },
    handler: async (request) => {
      const { role } = request.body
      const { prototypeid: id } = request.params
      return presentDefaultPermission(
        await defaultPermissions.setRole(ownerOf(request), id, role, performerOf(request)),
      )
    },
  })

  app.delete(`${url}/:prototypeid`, {
    config,
    schema: {
      operationId: 'deleteOrganizationPrototypePermission',
      tags,
      summary: 'Delete an existing permission prototype.',
      params,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      const { prototypeid: id } = request.params
      await defaultPermissions.delete(ownerOf(request), id, performerOf(request))
      return reply.code(204).send()
    },
  })
}
