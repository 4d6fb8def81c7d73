import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { PUBLIC } from '../plugins/access.ts'
import { performerOf } from '../plugins/authentication.ts'
import { ownerOf, requireBody } from '../plugins/input.ts'
import { API_ERRORS, BODY_ERRORS, PUBLIC_ERRORS } from '../schemas/errors.ts'
import {
  CreateOrganizationSchema,
  OrganizationSchema,
  presentOrganization,
} from '../schemas/organization.ts'
import type { OrganizationService } from '../services/organizations.ts'

export interface OrganizationRoutesOptions {
  organizations: OrganizationService
}

export const organizationRoutes: FastifyPluginAsyncZod<OrganizationRoutesOptions> = async (
  app,
  { organizations },
) => {
  const tags = ['organization']

  app.post('/api/v1/organization/', {
    config: { access: { kind: 'user', scopes: [['user:admin']] } },
    schema: {
      operationId: 'createOrganization',
      tags,
      summary: 'Create a new organization.',
      body: CreateOrganizationSchema.nullish(),
      response: {
        201: z.literal('Created').meta({ example: 'Created' }),
        ...API_ERRORS,
        ...BODY_ERRORS,
      },
    },
    handler: async (request, reply) => {
      const { name, email, contact_email } = requireBody(request, request.body)
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
    config: { access: PUBLIC },
    schema: {
      operationId: 'getOrganization',
      tags,
      summary: 'Get the details for the specified organization.',
      params: z.object({ orgname: z.string().describe('The name of the organization') }),
      response: { 200: OrganizationSchema, ...PUBLIC_ERRORS },
    },
    handler: async (request) =>
      presentOrganization(
        await organizations.describe(request.params.orgname, request.actor ?? undefined),
      ),
  })
}
