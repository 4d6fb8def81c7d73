import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { performerOf } from '../plugins/authentication.ts'
import { PageQuerySchema, presentPage } from '../schemas/paging.ts'
import { DeliveryListSchema, DeliverySchema, presentDelivery } from '../schemas/webhook-delivery.ts'
import type { WebhookDeliveries } from '../services/webhooks/webhook-deliveries.ts'
import type { WebhookOwners } from './webhook-owners.ts'
import { webhookParams } from './webhooks.ts'

interface WebhookDeliveryRoutesOptions {
  owners: WebhookOwners
  webhookDeliveries: WebhookDeliveries
}

/** What a webhook was told, or is to be. */
export const webhookDeliveryRoutes: FastifyPluginAsyncZod<WebhookDeliveryRoutesOptions> = async (
  app,
  { owners, webhookDeliveries },
) => {
  const { id, ownerOf, access } = owners
  const config = { access }
  const tags = [owners.tag]
  const params = webhookParams(owners)

  app.get('/:webhook_id/deliveries', {
    config,
    schema: {
      operationId: `list${id}WebhookDeliveries`,
      tags,
      summary: 'List what a webhook was told, or is to be.',
      params,
      querystring: PageQuerySchema,
      response: { 200: DeliveryListSchema },
    },
    handler: async (request) => {
      const { webhook_id } = request.params
      const { next_page: nextPage } = request.query
      const page = await webhookDeliveries.list(ownerOf(request), webhook_id, nextPage)
      return presentPage('deliveries', page, presentDelivery)
    },
  })

  app.post('/:webhook_id/deliveries/:delivery_id/redeliver', {
    config,
    schema: {
      operationId: `redeliver${id}WebhookDelivery`,
      tags,
      summary: 'Deliver an event once more.',
      description: 'Under the same `webhook-id`, with as many attempts as the first time.',
      params: params.extend({ delivery_id: z.string().describe('The id of the event') }),
      response: { 200: DeliverySchema },
    },
    handler: async (request) => {
      const { webhook_id, delivery_id } = request.params
      const delivery = await webhookDeliveries.repeat(
        ownerOf(request),
        webhook_id,
        delivery_id,
        performerOf(request),
      )
      return presentDelivery(delivery)
    },
  })
}
