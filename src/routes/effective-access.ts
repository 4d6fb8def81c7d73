import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { ownerOf } from '../plugins/access.ts'
import { performerOf } from '../plugins/authentication.ts'
import { AccessChangesSchema } from '../schemas/access-changes.ts'
import {
  AccessMatrixSchema,
  AccessQuerySchema,
  presentHolder,
} from '../schemas/effective-access.ts'
import { NoContent } from '../schemas/responses.ts'
import type { AccessChanges } from '../services/repositories/access-changes.ts'
import type { EffectiveAccess } from '../services/repositories/effective-access.ts'
import { organizationAccess, organizationParams } from './organization-params.ts'

interface EffectiveAccessOptions {
  effectiveAccess: EffectiveAccess
  accessChanges: AccessChanges
}

/** Who may do what in the repositories of an organization, and why. */
export const effectiveAccessRoutes: FastifyPluginAsyncZod<EffectiveAccessOptions> = async (
  app,
  { effectiveAccess, accessChanges },
) => {
  const url = '/api/v1/organization/:orgname/access'
  const config = { access: organizationAccess('unknown') }

  app.get(url, {
    config,
    schema: {
      operationId: 'getOrgAccess',
      tags: ['permission'],
      summary:
        'Returns what teams, users and robots may do in the repositories of the organization.',
      description:
        'A page of repositories and a page of who may have roles there, with the role that counts where they meet, and why. ' +
        '`repository=web&role=write` answers who can push to `web`.',
      params: organizationParams,
      querystring: AccessQuerySchema,
      response: { 200: AccessMatrixSchema },
    },
    handler: async (request) => {
      const { q: text = '', repository_q: repositoryText = '', ...query } = request.query
      const { repositories, holders } = await effectiveAccess.matrix(ownerOf(request), {
        ...{ text, repositoryText, repositories: query.repository },
        ...{ kind: query.kind, role: query.role, limit: query.limit },
        ...{ nextPage: query.next_page, nextRepositories: query.next_repositories },
      })
      return {
        repositories: repositories.items.map(({ name, isPublic }) => ({
          name,
          is_public: isPublic,
        })),
        next_repositories: repositories.nextPage,
        holders: holders.items.map(presentHolder),
        next_page: holders.nextPage,
      }
    },
  })

  app.post(url, {
    config,
    schema: {
      operationId: 'changeOrgAccess',
      tags: ['permission'],
      summary: 'Give and take roles in several repositories of the organization.',
      description:
        'All of them, or none: where one is refused, the words begin with whose role it is. It takes a token that reaches ' +
        '`repo:admin`, as do the operations that change one role.',
      params: organizationParams,
      body: AccessChangesSchema,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      const { changes } = request.body
      await accessChanges.make(request.actor, ownerOf(request), changes, performerOf(request))
      return reply.code(204).send()
    },
  })
}
