import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Access, ownerOf, SUPERUSER } from '../plugins/access.ts'
import type { WebhookOwner } from '../services/webhooks/webhooks.ts'
import { organizationAccess, organizationParams } from './organization-params.ts'

/** How the webhooks of organizations and those of the installation are reached; everything else about them is the same. */
export interface WebhookOwners {
  prefix: string
  /** In operation ids. */
  id: 'Organization' | 'Superuser'
  tag: string
  /** In descriptions. */
  possessive: string
  params: z.ZodObject
  access: Access
  ownerOf: (request: FastifyRequest) => WebhookOwner
}

export const organizationWebhooks: WebhookOwners = {
  prefix: '/api/v1/organization/:orgname/webhooks',
  id: 'Organization',
  tag: 'organization',
  possessive: "organization's",
  params: organizationParams,
  access: organizationAccess('unknown'),
  ownerOf,
}

export const installationWebhooks: WebhookOwners = {
  prefix: '/api/v1/superuser/webhooks',
  id: 'Superuser',
  tag: 'superuser',
  possessive: "installation's",
  params: z.object({}),
  access: SUPERUSER,
  ownerOf: () => undefined,
}
