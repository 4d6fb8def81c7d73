import type { Webhook } from './webhook-owner.ts'

export type WebhookEvent = Webhook['events'][number]

/** What a webhook can be told of, and when that happens. */
export const EVENTS: Record<WebhookEvent, string> = {
  'admin.added': 'somebody becomes an administrator',
  'exchange.failing': 'exchanges of a robot fail again and again',
  'federation.changed': 'federation entries or issuers change',
  'robot.disabled': 'a robot is disabled',
  'robot.expiring': 'a robot expires soon',
  'robot.unused': 'a robot was not used for 90 days',
  'secret.expiring': 'a secret expires soon',
  'secret.revealed': 'a stored secret is shown again',
  'token.created': 'an API token is made',
}
