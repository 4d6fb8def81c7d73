import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { userIdOf } from '../domain/actor.ts'
import { ownerOf } from '../plugins/access.ts'
import { performerOf, requesterOf } from '../plugins/authentication.ts'
import { LONG_BODY_LIMIT } from '../plugins/body-limits.ts'
import { sendJson } from '../plugins/long-answers.ts'
import { optionalBody } from '../schemas/common.ts'
import { presentGrant } from '../schemas/grants.ts'
import { presentPage, WholeQuerySchema, wholeQueryOf } from '../schemas/paging.ts'
import { NoContent } from '../schemas/responses.ts'
import {
  AddTeamMemberSchema,
  PutTeamAnswerSchema,
  PutTeamSchema,
  presentTeam,
  presentTeamMember,
  TeamMemberSchema,
  TeamMembersQuerySchema,
  TeamMembersSchema,
  TeamPermissionsSchema,
} from '../schemas/team.ts'
import type { TeamMemberService } from '../services/accounts/team-members.ts'
import type { TeamService } from '../services/accounts/teams.ts'
import { organizationAccess, teamParams } from './organization-params.ts'

interface TeamRoutesOptions {
  teams: TeamService
  teamMembers: TeamMemberService
}

const memberParams = teamParams.extend({
  membername: z
    .string()
    .describe('The username of the team member; of a robot the full name, `owner+short name`'),
})

/** Teams of an organization and their members. */
export const teamRoutes: FastifyPluginAsyncZod<TeamRoutesOptions> = async (
  app,
  { teams, teamMembers },
) => {
  const team = '/api/v1/organization/:orgname/team/:teamname'
  const tags = ['team']

  app.put(team, {
    config: { access: organizationAccess('refused') },
    bodyLimit: LONG_BODY_LIMIT,
    schema: {
      operationId: 'updateOrganizationTeam',
      tags,
      summary: 'Create a team, or update the org-wide permission for the specified team.',
      params: teamParams,
      body: PutTeamSchema,
      response: { 200: PutTeamAnswerSchema },
    },
    handler: async (request) => {
      const { role, description } = request.body
      const { teamname } = request.params
      const settings = { role, description }
      return presentTeam(
        await teams.put(ownerOf(request), teamname, settings, performerOf(request)),
      )
    },
  })

  app.delete(team, {
    config: { access: organizationAccess('refused') },
    schema: {
      operationId: 'deleteOrganizationTeam',
      tags,
      summary: 'Delete the specified team.',
      params: teamParams,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      await teams.delete(ownerOf(request), request.params.teamname, performerOf(request))
      return reply.code(204).send()
    },
  })

  app.get(`${team}/members`, {
    config: { access: organizationAccess('unknown', 'member') },
    schema: {
      operationId: 'getOrganizationTeamMembers',
      tags,
      summary: 'Retrieve the list of members for the specified team.',
      params: teamParams,
      querystring: TeamMembersQuerySchema,
      response: { 200: TeamMembersSchema },
    },
    handler: async (request, reply) => {
      const { teamname } = request.params
      const isAdmin = request.ownerRole === 'admin'
      const userId = userIdOf(request.actor ?? undefined)
      const page = await teamMembers.list(
        ownerOf(request),
        teamname,
        { isAdmin, userId },
        wholeQueryOf(request.query),
        requesterOf(request, reply),
      )
      return sendJson(request, reply, {
        name: teamname,
        ...presentPage('members', page, presentTeamMember),
        can_edit: isAdmin,
      })
    },
  })

  app.put(`${team}/members/:membername`, {
    config: { access: organizationAccess('unknown') },
    schema: {
      operationId: 'updateOrganizationTeamMember',
      tags,
      summary: 'Adds a member to an existing team.',
      params: memberParams,
      body: optionalBody(AddTeamMemberSchema),
      response: { 200: TeamMemberSchema },
    },
    handler: async (request) => {
      const { teamname, membername } = request.params
      const performer = performerOf(request)
      return presentTeamMember(
        await teamMembers.add(ownerOf(request), teamname, membername, performer),
      )
    },
  })

  app.delete(`${team}/members/:membername`, {
    config: { access: organizationAccess('unknown') },
    schema: {
      operationId: 'deleteOrganizationTeamMember',
      tags,
      summary: 'Delete a member of a team.',
      params: memberParams,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      const { teamname, membername } = request.params
      await teamMembers.remove(ownerOf(request), teamname, membername, performerOf(request))
      return reply.code(204).send()
    },
  })

  app.get(`${team}/permissions`, {
    config: { access: organizationAccess('unknown') },
    schema: {
      operationId: 'getOrganizationTeamPermissions',
      tags,
      summary: "Returns the list of repository permissions for the org's team.",
      params: teamParams,
      querystring: WholeQuerySchema,
      response: { 200: TeamPermissionsSchema },
    },
    handler: async (request, reply) => {
      const page = await teams.permissions(
        ownerOf(request),
        request.params.teamname,
        wholeQueryOf(request.query),
        requesterOf(request, reply),
      )
      return sendJson(request, reply, presentPage('permissions', page, presentGrant))
    },
  })
}
