import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { ownerOf } from '../plugins/access.ts'
import {
  AccessMatrixSchema,
  AccessQuerySchema,
  presentHolder,
} from '../schemas/effective-access.ts'
import type { EffectiveAccess } from '../services/repositories/effective-access.ts'
import { organizationAccess, organizationParams } from './organization-params.ts'

/** Who may do what in the repositories of an organization, and why. */
export const effectiveAccessRoutes: FastifyPluginAsyncZod<{
  effectiveAccess: EffectiveAccess
}> = async (app, { effectiveAccess }) => {
  app.get('/api/v1/organization/:orgname/access', {
    config: { access: organizationAccess('unknown') },
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
}
