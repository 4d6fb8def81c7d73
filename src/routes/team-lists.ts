import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { userIdOf } from '../domain/actor.ts'
import { ownerOf } from '../plugins/access.ts'
import { presentPage } from '../schemas/paging.ts'
import {
  ListedTeamSchema,
  presentListedTeam,
  TeamListQuerySchema,
  TeamListSchema,
} from '../schemas/team-list.ts'
import type { TeamLists } from '../services/accounts/team-lists.ts'
import { organizationAccess, organizationParams, teamParams } from './organization-params.ts'

/** The teams of an organization, for its members. */
export const teamListRoutes: FastifyPluginAsyncZod<{ teamLists: TeamLists }> = async (
  app,
  { teamLists },
) => {
  const url = '/api/v1/organization/:orgname/teams'
  const config = { access: organizationAccess('unknown', 'member') }
  const tags = ['team']

  app.get(url, {
    config,
    schema: {
      operationId: 'listOrganizationTeams',
      tags,
      summary: 'List the teams of the organization.',
      params: organizationParams,
      querystring: TeamListQuerySchema,
      response: { 200: TeamListSchema },
    },
    handler: async (request) => {
      const { q: text = '', sort, limit, next_page: nextPage } = request.query
      const userId = userIdOf(request.actor ?? undefined)
      const page = await teamLists.list(ownerOf(request), { text, sort, limit, nextPage, userId })
      return presentPage('teams', page, presentListedTeam)
    },
  })

  app.get(`${url}/:teamname`, {
    config,
    schema: {
      operationId: 'getOrganizationTeam',
      tags,
      summary: 'A team of the organization.',
      params: teamParams,
      response: { 200: ListedTeamSchema },
    },
    handler: async (request) => {
      const userId = userIdOf(request.actor ?? undefined)
      const { teamname } = request.params
      return presentListedTeam(await teamLists.show(ownerOf(request), teamname, userId))
    },
  })
}
