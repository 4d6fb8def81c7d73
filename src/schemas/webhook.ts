import { z } from 'zod'
import { parseDuration } from '../domain/duration.ts'
import { MOST } from '../domain/fixed-limits.ts'
import { TEXT_LENGTHS } from '../domain/text-lengths.ts'
import { WEBHOOK_EVENTS } from '../domain/webhook-events.ts'
import { OVERLAP_SECONDS } from '../domain/webhook-secret.ts'
import type { Webhook, WebhookSettings } from '../services/webhooks/webhooks.ts'
import { ownText, shortText } from './common.ts'
import { strictObject } from './strict-object.ts'

const SETTINGS = {
  url: shortText(TEXT_LENGTHS.webhookUrl).describe(
    'Where events are posted to: https, at a public address, unless the operator lets in others',
  ),
  events: z
    .array(z.enum(WEBHOOK_EVENTS))
    .min(1)
    .max(WEBHOOK_EVENTS.length)
    .describe('What it is told of'),
  description: shortText(TEXT_LENGTHS.webhookDescription),
  enabled: z.boolean().describe('Whether it is told of anything'),
}

const EXAMPLE = {
  url: 'https://hooks.example.com/quay-robots',
  events: ['federation.changed', 'secret.revealed'],
  description: 'To the security team',
}

export const NewWebhookSchema = strictObject({
  ...SETTINGS,
  description: SETTINGS.description.optional(),
  enabled: SETTINGS.enabled.optional(),
}).meta({ id: 'NewWebhook', example: EXAMPLE })

export const toNewWebhook = ({
  url,
  events,
  description = '',
  enabled = true,
}: z.output<typeof NewWebhookSchema>): WebhookSettings => ({ url, events, description, enabled })

export const WebhookChangeSchema = strictObject({
  url: SETTINGS.url.optional(),
  events: SETTINGS.events.optional(),
  description: SETTINGS.description.optional(),
  enabled: SETTINGS.enabled.optional(),
}).meta({ id: 'WebhookChange', example: { enabled: false } })

/** What is left out stays as it is. */
export const toWebhookChange = (change: z.output<typeof WebhookChangeSchema>) =>
  Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== undefined),
  ) as Partial<WebhookSettings>

const EXAMPLE_ANSWER = {
  id: '019400b0-7d4c-7b0a-8b52-3a3d1c6f9e21',
  ...EXAMPLE,
  enabled: true,
  created: '2026-11-23T13:56:36.789Z',
  previous_secret_until: null,
}

export const WebhookSchema = z
  .object({
    id: z.string(),
    ...SETTINGS,
    created: z.iso.datetime(),
    previous_secret_until: z.iso
      .datetime()
      .nullable()
      .describe('Until when the secret before signs, too; null where only one does'),
  })
  .meta({ id: 'Webhook', example: EXAMPLE_ANSWER })

export const WebhookWithSecretSchema = WebhookSchema.extend({
  secret: z
    .string()
    .describe('Signs what is posted (Standard Webhooks, `whsec_…`). Shown this once'),
}).meta({
  id: 'WebhookWithSecret',
  example: { ...EXAMPLE_ANSWER, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=' },
})

export const WebhooksSchema = z.object({ webhooks: z.array(WebhookSchema) }).meta({
  id: 'Webhooks',
  description: `In the order of their creation; at most ${MOST.webhooks}`,
  example: { webhooks: [EXAMPLE_ANSWER] },
})

export const presentWebhook = (webhook: Webhook): z.output<typeof WebhookSchema> => ({
  id: webhook.id,
  url: webhook.url,
  events: webhook.events,
  description: webhook.description,
  enabled: webhook.enabled,
  created: webhook.createdAt.toISOString(),
  previous_secret_until: webhook.previousUntil?.toISOString() ?? null,
})

export const presentWithSecret = (
  webhook: Webhook & { secret: string },
): z.output<typeof WebhookWithSecretSchema> => ({
  ...presentWebhook(webhook),
  secret: webhook.secret,
})

const GRACE = 'must be a duration from 0s to 30d such as 24h (s, m, h, d, w)'

export const RotationQuerySchema = z.object({
  grace: ownText
    .transform((text, context): number => {
      const seconds = text === undefined ? OVERLAP_SECONDS.usual : parseDuration(text)
      if (seconds !== undefined && seconds <= OVERLAP_SECONDS.most) return seconds
      context.addIssue({ code: 'custom', message: GRACE })
      return z.NEVER
    })
    .meta({
      type: 'string',
      default: '24h',
      description: 'How long the secret before signs, too; `0s`: no longer. At most `30d`',
    }),
})
