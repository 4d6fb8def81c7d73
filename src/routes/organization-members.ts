import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ownerOf } from '../plugins/access.ts'
import { performerOf, requesterOf } from '../plugins/authentication.ts'
import { sendJson } from '../plugins/long-answers.ts'
import {
  CollaboratorsSchema,
  OrganizationMemberSchema,
  OrganizationMembersSchema,
  presentCollaborator,
  presentMember,
} from '../schemas/organization-member.ts'
import { PageQuerySchema, presentPage } from '../schemas/paging.ts'
import { NoContent } from '../schemas/responses.ts'
import type { OrganizationMemberService } from '../services/accounts/organization-members.ts'
import { organizationAccess, organizationParams } from './organization-params.ts'

interface OrganizationMemberRoutesOptions {
  organizationMembers: OrganizationMemberService
}

const memberParams = organizationParams.extend({
  membername: z.string().describe('The username of the organization member'),
})

/** The members of an organization, and collaborators, who have roles in its repositories only. */
export const organizationMemberRoutes: FastifyPluginAsyncZod<
  OrganizationMemberRoutesOptions
> = async (app, { organizationMembers }) => {
  const organization = '/api/v1/organization/:orgname'
  const config = { access: organizationAccess('unknown') }
  const tags = ['organization']

  app.get(`${organization}/members`, {
    config,
    schema: {
      operationId: 'getOrganizationMembers',
      tags,
      summary: 'List the human members of the specified organization.',
      params: organizationParams,
      querystring: PageQuerySchema,
      response: { 200: OrganizationMembersSchema },
    },
    handler: async (request, reply) => {
      const page = organizationMembers.list(
        ownerOf(request),
        'members',
        request.query.next_page,
        requesterOf(request, reply),
      )
      return sendJson(request, reply, presentPage('members', page, presentMember))
    },
  })

  app.get(`${organization}/members/:membername`, {
    config,
    schema: {
      operationId: 'getOrganizationMember',
      tags,
      summary: 'Retrieves the details of a member of the organization; also of its robots.',
      params: memberParams,
      response: { 200: OrganizationMemberSchema },
    },
    handler: async (request, reply) => {
      const { membername } = request.params
      const requester = requesterOf(request, reply)
      const member = await organizationMembers.get(ownerOf(request), membername, requester)
      return sendJson(request, reply, presentMember(member))
    },
  })

  app.delete(`${organization}/members/:membername`, {
    config,
    schema: {
      operationId: 'removeOrganizationMember',
      tags,
      summary: 'Removes a user from all teams and repositories of the organization.',
      params: memberParams,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      const { membername } = request.params
      await organizationMembers.remove(ownerOf(request), membername, performerOf(request))
      return reply.code(204).send()
    },
  })

  app.get(`${organization}/collaborators`, {
    config,
    schema: {
      operationId: 'getOrganizationCollaborators',
      tags,
      summary: 'List outside collaborators of the specified organization.',
      params: organizationParams,
      querystring: PageQuerySchema,
      response: { 200: CollaboratorsSchema },
    },
    handler: async (request, reply) => {
      const page = organizationMembers.list(
        ownerOf(request),
        'outsiders',
        request.query.next_page,
        requesterOf(request, reply),
      )
      return sendJson(request, reply, presentPage('collaborators', page, presentCollaborator))
    },
  })
}
