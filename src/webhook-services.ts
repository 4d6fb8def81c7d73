import type { CommonServices } from './common-services.ts'
import { DELIVERIES_KEPT_DAYS, later } from './domain/webhook-attempts.ts'
import { createWebhookTargets } from './oidc/webhook-targets.ts'
import { deleteOldDeliveries, measureOutbox } from './queries/webhook-deliveries.ts'
import { createHourlyWork } from './services/hourly-work.ts'
import { createNotices } from './services/webhooks/notices.ts'
import { createWebhookDeliveries } from './services/webhooks/webhook-deliveries.ts'
import { createWebhookDispatcher } from './services/webhooks/webhook-dispatcher.ts'
import { createWebhooks } from './services/webhooks/webhooks.ts'
import type { Surroundings } from './surroundings.ts'

const KEPT_MS = DELIVERIES_KEPT_DAYS * 86_400_000

/** The services by which others are told of what happens. */
export function createWebhookServices(
  common: CommonServices,
  { webhookNetwork: network = {} }: Surroundings,
) {
  const webhookTargets = createWebhookTargets({ ...common, network })
  return {
    webhooks: createWebhooks({ ...common, refusalOf: webhookTargets.refusalOf }),
    webhookDeliveries: createWebhookDeliveries(common),
    webhookDispatcher: createWebhookDispatcher({ ...common, webhookTargets }),
    notices: createNotices(common),
    webhookOutbox: () => measureOutbox(common.db, common.clock()),
    oldWebhookDeliveries: createHourlyWork((step) =>
      deleteOldDeliveries(common.db, { ...step, before: later(common.clock(), -KEPT_MS) }),
    ),
  }
}
