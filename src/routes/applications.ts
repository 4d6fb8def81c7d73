import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { avatar } from '../domain/avatar.ts'
import { freshly, OPEN, ownerOf } from '../plugins/access.ts'
import { performerOf, requesterOf } from '../plugins/authentication.ts'
import {
  ApplicationInformationSchema,
  ApplicationListSchema,
  ApplicationSchema,
  CreateApplicationSchema,
  presentApplication,
  presentDetailedApplication,
  toDetails,
  UpdateApplicationSchema,
} from '../schemas/application.ts'
import { detailsFlag, ownFlag, searchText } from '../schemas/common.ts'
import { presentOrganization } from '../schemas/organization.ts'
import { PageQuerySchema, presentPage } from '../schemas/paging.ts'
import { NoContent } from '../schemas/responses.ts'
import type { OrganizationService } from '../services/accounts/organizations.ts'
import type { ApplicationService } from '../services/applications/applications.ts'
import { organizationAccess, organizationParams } from './organization-params.ts'

interface ApplicationRoutesOptions {
  applications: ApplicationService
  organizations: OrganizationService
}

/** For administrators of the organization. */
export const APPLICATION_ACCESS = organizationAccess('unknown')

const SecretQuerySchema = z.object({
  secret: ownFlag(true, 'If false, `client_secret` is null.'),
})
const ApplicationQuerySchema = SecretQuerySchema.extend({
  details: detailsFlag('Also who made it.'),
})

const ApplicationListQuerySchema = PageQuerySchema.extend(ApplicationQuerySchema.shape).extend({
  q: searchText('Only those that have this in their names.'),
})

export const ApplicationParams = organizationParams.extend({
  client_id: z.string().describe('The OAuth client ID'),
})

/** OAuth applications of an organization. */
export const applicationRoutes: FastifyPluginAsyncZod<ApplicationRoutesOptions> = async (
  app,
  { applications, organizations },
) => {
  const url = '/api/v1/organization/:orgname/applications'
  const config = { access: APPLICATION_ACCESS }
  const mayShowSecret = { access: freshly(APPLICATION_ACCESS, { unlessFalse: 'secret' }) }
  const showsSecret = { access: freshly(APPLICATION_ACCESS) }
  const tags = ['application']

  app.get(url, {
    config: mayShowSecret,
    schema: {
      operationId: 'getOrganizationApplications',
      tags,
      summary: 'List the applications for the specified organization.',
      params: organizationParams,
      querystring: ApplicationListQuerySchema,
      response: { 200: ApplicationListSchema },
    },
    handler: async (request) => {
      const { q: text, next_page: nextPage, details, secret: withSecret } = request.query
      const wanted = { text, nextPage, withSecret }
      const page = await applications.list(ownerOf(request), wanted, performerOf(request))
      const present = details ? presentDetailedApplication : presentApplication
      return presentPage('applications', page, present)
    },
  })

  app.post(url, {
    config: showsSecret,
    schema: {
      operationId: 'createOrganizationApplication',
      tags,
      summary: 'Creates a new application under this organization.',
      params: organizationParams,
      body: CreateApplicationSchema,
      response: { 200: ApplicationSchema },
    },
    handler: async (request) => {
      const { body } = request
      const { scopes = [] } = body
      const performer = performerOf(request)
      return presentApplication(
        await applications.create(ownerOf(request), toDetails(body), scopes, performer),
      )
    },
  })

  app.get(`${url}/:client_id`, {
    config: mayShowSecret,
    schema: {
      operationId: 'getOrganizationApplication',
      tags,
      summary:
        'Retrieves the application with the specified client_id under the specified organization.',
      params: ApplicationParams,
      querystring: ApplicationQuerySchema,
      response: { 200: ApplicationSchema },
    },
    handler: async (request) => {
      const { client_id } = request.params
      const { details, secret: withSecret } = request.query
      const which = { organization: ownerOf(request), clientId: client_id, withSecret }
      const found = await applications.get(which, performerOf(request))
      return details ? presentDetailedApplication(found) : presentApplication(found)
    },
  })

  app.put(`${url}/:client_id`, {
    config: mayShowSecret,
    schema: {
      operationId: 'updateOrganizationApplication',
      tags,
      summary: 'Updates an application under this organization.',
      description: 'Without `scopes` these stay as they are.',
      params: ApplicationParams,
      querystring: SecretQuerySchema,
      body: UpdateApplicationSchema,
      response: { 200: ApplicationSchema },
    },
    handler: async (request) => {
      const { body } = request
      const { client_id: clientId } = request.params
      const { secret: withSecret } = request.query
      return presentApplication(
        await applications.update(
          { organization: ownerOf(request), clientId, withSecret },
          toDetails(body),
          body.scopes,
          performerOf(request),
        ),
      )
    },
  })

  app.delete(`${url}/:client_id`, {
    config,
    schema: {
      operationId: 'deleteOrganizationApplication',
      tags,
      summary: 'Deletes the application under this organization, and its tokens.',
      params: ApplicationParams,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      await applications.delete(ownerOf(request), request.params.client_id, performerOf(request))
      return reply.code(204).send()
    },
  })

  app.post(`${url}/:client_id/resetclientsecret`, {
    config: showsSecret,
    schema: {
      operationId: 'resetOrganizationApplicationClientSecret',
      tags,
      summary: 'Resets the client secret of the application.',
      description: 'What the application got with the old secret ends with it.',
      params: ApplicationParams,
      response: { 200: ApplicationSchema },
    },
    handler: async (request) => {
      const { client_id } = request.params
      return presentApplication(
        await applications.resetSecret(ownerOf(request), client_id, performerOf(request)),
      )
    },
  })

  app.get('/api/v1/app/:client_id', {
    config: { access: OPEN },
    schema: {
      operationId: 'getApplicationInformation',
      tags,
      summary: 'Get information on the specified application.',
      params: ApplicationParams.pick({ client_id: true }),
      response: { 200: ApplicationInformationSchema },
    },
    handler: async (request, reply) => {
      const found = await applications.describe(request.params.client_id)
      const organization = await organizations.describe(
        found.namespace.name,
        request.actor ?? undefined,
        requesterOf(request, reply),
      )
      return {
        name: found.name,
        description: found.description,
        uri: found.applicationUri,
        avatar: avatar(found.name, 'app'),
        organization: {
          ...presentOrganization({ ...organization, teams: undefined }),
          teams: {},
          ordered_teams: [],
        },
      }
    },
  })
}
