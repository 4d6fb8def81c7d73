import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { freshly } from '../plugins/access.ts'
import { performerOf } from '../plugins/authentication.ts'
import { NoContent } from '../schemas/responses.ts'
import {
  NewWebhookSchema,
  presentWebhook,
  presentWithSecret,
  RotationQuerySchema,
  toNewWebhook,
  toWebhookChange,
  WebhookChangeSchema,
  WebhookSchema,
  WebhooksSchema,
  WebhookWithSecretSchema,
} from '../schemas/webhook.ts'
import type { Webhooks } from '../services/webhooks/webhooks.ts'
import type { WebhookOwners } from './webhook-owners.ts'

export interface WebhookRoutesOptions {
  owners: WebhookOwners
  webhooks: Webhooks
}

/** Path parameters of one webhook. */
export const webhookParams = ({
  params,
}: WebhookOwners): z.ZodObject<{ webhook_id: z.ZodString }> =>
  params.extend({ webhook_id: z.string().describe('The id of the webhook') })

/** Targets that are told of events, as Standard Webhooks has it. */
export const webhookRoutes: FastifyPluginAsyncZod<WebhookRoutesOptions> = async (
  app,
  { owners, webhooks },
) => {
  const { id, possessive, ownerOf, access } = owners
  const config = { access }
  const showsSecret = { access: freshly(access) }
  const tags = [owners.tag]
  const params = webhookParams(owners)

  app.get('', {
    config,
    schema: {
      operationId: `list${id}Webhooks`,
      tags,
      summary: `List the ${possessive} webhooks.`,
      params: owners.params,
      response: { 200: WebhooksSchema },
    },
    handler: async (request) => ({
      webhooks: (await webhooks.list(ownerOf(request))).map(presentWebhook),
    }),
  })

  app.post('', {
    config: showsSecret,
    schema: {
      operationId: `create${id}Webhook`,
      tags,
      summary: 'Have events posted to a URL, signed.',
      description:
        'Events from now on. The secret that verifies the signatures is shown this once.',
      params: owners.params,
      body: NewWebhookSchema,
      response: { 201: WebhookWithSecretSchema },
    },
    handler: async (request, reply) => {
      const wanted = toNewWebhook(request.body)
      const made = await webhooks.create(ownerOf(request), wanted, performerOf(request))
      return reply.code(201).send(presentWithSecret(made))
    },
  })

  app.get('/:webhook_id', {
    config,
    schema: {
      operationId: `get${id}Webhook`,
      tags,
      summary: `One of the ${possessive} webhooks.`,
      params,
      response: { 200: WebhookSchema },
    },
    handler: async (request) =>
      presentWebhook(await webhooks.get(ownerOf(request), request.params.webhook_id)),
  })

  app.patch('/:webhook_id', {
    config,
    schema: {
      operationId: `change${id}Webhook`,
      tags,
      summary: 'Change where a webhook points, what it is told of, or whether it is.',
      description:
        'What is left out stays. One that is disabled is told of nothing that happens meanwhile.',
      params,
      body: WebhookChangeSchema,
      response: { 200: WebhookSchema },
    },
    handler: async (request) => {
      const { webhook_id } = request.params
      const change = toWebhookChange(request.body)
      const performer = performerOf(request)
      return presentWebhook(await webhooks.change(ownerOf(request), webhook_id, change, performer))
    },
  })

  app.delete('/:webhook_id', {
    config,
    schema: {
      operationId: `delete${id}Webhook`,
      tags,
      summary: 'Delete a webhook, with what it has not been told yet.',
      params,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      await webhooks.delete(ownerOf(request), request.params.webhook_id, performerOf(request))
      return reply.code(204).send()
    },
  })

  app.post('/:webhook_id/secret', {
    config: showsSecret,
    schema: {
      operationId: `rotate${id}WebhookSecret`,
      tags,
      summary: 'Give a webhook another secret.',
      description:
        'For a while the secret before signs, too: a receiver that knows either verifies.',
      params,
      querystring: RotationQuerySchema,
      response: { 200: WebhookWithSecretSchema },
    },
    handler: async (request) => {
      const { webhook_id } = request.params
      const { grace } = request.query
      const performer = performerOf(request)
      return presentWithSecret(
        await webhooks.rotateSecret(ownerOf(request), webhook_id, grace, performer),
      )
    },
  })
}
