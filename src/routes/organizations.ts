import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { OPEN, ownerOf, SUPERUSER } from '../plugins/access.ts'
import { performerOf, requesterOf } from '../plugins/authentication.ts'
import { sendJson } from '../plugins/long-answers.ts'
import {
  ChangeOrganizationSchema,
  CreateOrganizationSchema,
  OrganizationSchema,
  presentNamedOrganization,
  presentOrganization,
  RenamedOrganizationSchema,
  RenameOrganizationSchema,
} from '../schemas/organization.ts'
import { NoContent } from '../schemas/responses.ts'
import type { AccountDeletion } from '../services/accounts/account-deletion.ts'
import type { OrganizationChangeService } from '../services/accounts/organization-changes.ts'
import type { OrganizationService } from '../services/accounts/organizations.ts'
import { organizationAccess, organizationParams } from './organization-params.ts'

interface OrganizationRoutesOptions {
  organizations: OrganizationService
  organizationChanges: OrganizationChangeService
  accountDeletion: AccountDeletion
}

/** As in Quay, operations of superusers have another name for the path parameter. */
const namedParams = z.object({ name: z.string().describe('The name of the organization') })

export const organizationRoutes: FastifyPluginAsyncZod<OrganizationRoutesOptions> = async (
  app,
  { organizations, organizationChanges, accountDeletion },
) => {
  const tags = ['organization']

  async function sendOrganization(request: FastifyRequest, reply: FastifyReply, name: string) {
    const actor = request.actor ?? undefined
    const found = await organizations.describe(name, actor, requesterOf(request, reply))
    return sendJson(request, reply, presentOrganization(found))
  }

  app.post('/api/v1/organization/', {
    config: { access: { kind: 'user', scopes: [['user:admin']] } },
    schema: {
      operationId: 'createOrganization',
      tags,
      summary: 'Create a new organization.',
      body: CreateOrganizationSchema,
      response: {
        201: z.literal('Created').meta({ example: 'Created' }),
      },
    },
    handler: async (request, reply) => {
      const { name, email, contact_email } = request.body
      await organizations.create(
        { name, email: email ?? contact_email },
        ownerOf(request).id,
        performerOf(request),
      )
      // Fastify takes a string for the finished body, but clients expect it as JSON.
      reply.type('application/json').serializer(JSON.stringify)
      return reply.code(201).send('Created')
    },
  })

  app.get('/api/v1/organization/:orgname', {
    config: { access: OPEN },
    schema: {
      operationId: 'getOrganization',
      tags,
      summary: 'Get the details for the specified organization.',
      params: organizationParams,
      response: { 200: OrganizationSchema },
    },
    handler: (request, reply) => sendOrganization(request, reply, request.params.orgname),
  })
  app.put('/api/v1/organization/:orgname', {
    config: { access: organizationAccess('unknown') },
    schema: {
      operationId: 'changeOrganizationDetails',
      tags,
      summary: 'Change the details for the specified organization.',
      params: organizationParams,
      body: ChangeOrganizationSchema,
      response: { 200: OrganizationSchema },
    },
    handler: async (request, reply) => {
      const owner = ownerOf(request)
      const { body } = request
      await organizationChanges.update(
        owner,
        {
          email: body.email === '' ? null : body.email,
          invoiceEmail: body.invoice_email,
          invoiceEmailAddress: body.invoice_email_address,
          tagExpirationS: body.tag_expiration_s,
        },
        performerOf(request),
      )
      return sendOrganization(request, reply, owner.name)
    },
  })

  app.delete('/api/v1/organization/:orgname', {
    config: { access: { ...organizationAccess('unknown'), refused: ['robot'] } },
    schema: {
      operationId: 'deleteAdminedOrganization',
      tags,
      summary: 'Deletes the specified organization, and all that hangs off it.',
      params: organizationParams,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      await accountDeletion.ofOrganization(ownerOf(request), performerOf(request))
      return reply.code(204).send()
    },
  })

  app.put('/api/v1/superuser/organizations/:name', {
    config: { access: SUPERUSER },
    schema: {
      operationId: 'changeOrganization',
      tags,
      summary: 'Gives the specified organization another name.',
      params: namedParams,
      body: RenameOrganizationSchema,
      response: { 200: RenamedOrganizationSchema },
    },
    handler: async (request) => {
      const { name: newName } = request.body
      return presentNamedOrganization(
        await organizationChanges.rename(request.params.name, newName, performerOf(request)),
      )
    },
  })

  app.delete('/api/v1/superuser/organizations/:name', {
    config: { access: SUPERUSER },
    schema: {
      operationId: 'deleteOrganization',
      tags,
      summary: 'Deletes the specified organization, and all that hangs off it.',
      params: namedParams,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      await accountDeletion.ofOrganizationNamed(request.params.name, performerOf(request))
      return reply.code(204).send()
    },
  })
}
