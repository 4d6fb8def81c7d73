import { z } from 'zod'
import { DELIVERIES_KEPT_DAYS } from '../domain/webhook-attempts.ts'
import type { Delivery } from '../services/webhooks/webhook-deliveries.ts'
import { listOf } from './paging.ts'

const EXAMPLE = {
  id: '019400b0-7d4c-7b0a-8b52-3a3d1c6f9e22',
  type: 'robot.disabled',
  created: '2026-11-23T13:56:36.789Z',
  state: 'pending' as const,
  attempts: 1,
  last_attempt: {
    at: '2026-11-23T13:56:37.102Z',
    status: 503,
    error: 'HTTP status 503',
  },
  next_attempt_at: '2026-11-23T13:57:07.102Z',
}

const AttemptSchema = z
  .object({
    at: z.iso.datetime(),
    status: z.int().nullable().describe('Of the answer; null where there was none'),
    error: z.string().nullable().describe('Why it failed; null where it did not'),
  })
  .meta({ id: 'WebhookAttempt' })

export const DeliverySchema = z
  .object({
    id: z.string().describe('Of the event, as in the header `webhook-id`'),
    type: z.string(),
    created: z.iso.datetime(),
    state: z.enum(['pending', 'delivered', 'failed']),
    attempts: z.int().describe('Since the event or, where it was repeated, since then'),
    last_attempt: AttemptSchema.nullable(),
    next_attempt_at: z.iso.datetime().nullable().describe('Not before; null where there is none'),
  })
  .meta({ id: 'WebhookDelivery', example: EXAMPLE })

export const DeliveryListSchema = listOf({ deliveries: z.array(DeliverySchema) }).meta({
  id: 'WebhookDeliveryList',
  description: `Newest first, of the last ${DELIVERIES_KEPT_DAYS} days`,
  example: { deliveries: [EXAMPLE] },
})

export const presentDelivery = (delivery: Delivery): z.output<typeof DeliverySchema> => ({
  id: delivery.eventId,
  type: delivery.type,
  created: delivery.createdAt.toISOString(),
  state: delivery.state,
  attempts: delivery.attempts,
  last_attempt: delivery.lastAttemptAt && {
    at: delivery.lastAttemptAt.toISOString(),
    status: delivery.lastStatus,
    error: delivery.lastError,
  },
  next_attempt_at:
    delivery.state === 'pending' ? (delivery.nextAttemptAt?.toISOString() ?? null) : null,
})
