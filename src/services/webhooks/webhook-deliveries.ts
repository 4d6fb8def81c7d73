import { withTransaction } from '../../db/transactions.ts'
import type { Db } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { notFound } from '../../domain/errors.ts'
import { mapPage, type Page } from '../../domain/page.ts'
import type { Clock } from '../../domain/runtime.ts'
import { later, RETRY_FOR } from '../../domain/webhook-attempts.ts'
import {
  type DeliveryRow,
  findDelivery,
  listDeliveries,
  repeatDelivery,
} from '../../queries/webhook-deliveries.ts'
import { findWebhook } from '../../queries/webhooks.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { BY_ID, type Order, readPage } from '../paging.ts'
import type { WebhookOwner } from './webhooks.ts'

export type Delivery = DeliveryRow & { state: 'pending' | 'delivered' | 'failed' }

interface WebhookDeliveriesDeps {
  db: Db
  audit: AuditLog
  clock: Clock
}

export type WebhookDeliveries = ReturnType<typeof createWebhookDeliveries>

const BY_EVENT: Order<{ eventId: string }, string> = {
  parse: BY_ID.parse,
  of: ({ eventId }) => eventId,
}

/** What webhooks were told, or are to be. */
export function createWebhookDeliveries({ db, audit, clock }: WebhookDeliveriesDeps) {
  const withState = (row: DeliveryRow): Delivery => ({ ...row, state: stateOf(row, clock()) })

  async function find(owner: WebhookOwner, id: string) {
    const webhook = await findWebhook(db, owner?.id ?? null, id)
    if (!webhook) throw notFound()
    return webhook
  }

  return {
    /** Newest first. @throws {ServiceError} `not_found` */
    async list(owner: WebhookOwner, webhookId: string, nextPage: string | undefined) {
      const { id } = await find(owner, webhookId)
      const page: Page<DeliveryRow> = await readPage({ nextPage }, BY_EVENT, (slice) =>
        listDeliveries(db, id, slice),
      )
      return mapPage(page, withState)
    },

    /** Delivers once more, with as many attempts as the first time. @throws {ServiceError} `not_found` */
    async repeat(owner: WebhookOwner, webhookId: string, eventId: string, performer: Performer) {
      const { id, url } = await find(owner, webhookId)
      return withTransaction(db, async (tx) => {
        if (!(await findDelivery(tx, id, eventId))) throw notFound()
        const now = clock()
        const row = await repeatDelivery(tx, id, eventId, {
          now,
          retryUntil: later(now, RETRY_FOR),
        })
        await audit.record(tx, {
          kind: 'redeliver_webhook',
          namespace: owner,
          performer,
          metadata: { webhook: id, host: new URL(url).host, event: eventId },
        })
        return withState(row)
      })
    },
  }
}

function stateOf({ nextAttemptAt, retryUntil, lastAttemptAt, lastError }: DeliveryRow, now: Date) {
  if (nextAttemptAt) return retryUntil > now ? 'pending' : 'failed'
  return lastAttemptAt && lastError === null ? 'delivered' : 'failed'
}
