import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Access, ownerOf, SUPERUSER } from '../plugins/access.ts'
import { AttentionSchema, presentAttention } from '../schemas/attention.ts'
import type { AttentionService } from '../services/robots/attention.ts'
import { organizationAccess, organizationParams } from './organization-params.ts'

/** Whose robots are looked at, and where their lists are; who may look may read these lists. */
interface Place {
  prefix: string
  /** In the operation id. */
  id: 'User' | 'Organization' | 'Superuser'
  tag: string
  /** In the summary. */
  robots: string
  params: z.ZodObject
  access: Access
  isOfOwner: boolean
  pathOf: (request: FastifyRequest) => string
}

const PLACES: Place[] = [
  {
    prefix: '/api/v1/user',
    id: 'User',
    tag: 'user',
    robots: "the user's robots",
    params: z.object({}),
    access: { kind: 'user', scopes: [['user:admin']] },
    isOfOwner: true,
    pathOf: () => '/api/v1/user',
  },
  {
    prefix: '/api/v1/organization/:orgname',
    id: 'Organization',
    tag: 'organization',
    robots: "the organization's robots",
    params: organizationParams,
    access: organizationAccess('unknown'),
    isOfOwner: true,
    pathOf: (request) => `/api/v1/organization/${encodeURIComponent(ownerOf(request).name)}`,
  },
  {
    prefix: '/api/v1/superuser',
    id: 'Superuser',
    tag: 'superuser',
    robots: 'the robots of all users and organizations',
    params: z.object({}),
    access: SUPERUSER,
    isOfOwner: false,
    pathOf: () => '/api/v1/superuser',
  },
]

/** What needs attention, counted, and where it is listed. */
export const attentionRoutes: FastifyPluginAsyncZod<{ attention: AttentionService }> = async (
  app,
  { attention },
) => {
  for (const { prefix, id, tag, robots, params, access, isOfOwner, pathOf } of PLACES) {
    app.get(`${prefix}/attention`, {
      config: { access },
      schema: {
        operationId: `get${id}Attention`,
        tags: [tag],
        summary: `Count what needs attention among ${robots}.`,
        description: 'Each with the query that lists it.',
        params,
        response: { 200: AttentionSchema },
      },
      handler: async (request) => {
        const counted = await attention.of(isOfOwner ? ownerOf(request) : undefined)
        return presentAttention(counted, pathOf(request))
      },
    })
  }
}
