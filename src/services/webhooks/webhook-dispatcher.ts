import { setTimeout as sleep } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { isReadOnly } from '../../db/driver-fault.ts'
import type { Db } from '../../db/types.ts'
import type { Clock } from '../../domain/runtime.ts'
import type { Telemetry } from '../../domain/telemetry.ts'
import {
  isDelivered,
  later,
  nextAttempt,
  REST_OF_TARGET,
  TURN_OF_SERVER,
} from '../../domain/webhook-attempts.ts'
import type { WebhookTargets } from '../../oidc/webhook-targets.ts'
import { claimDeliveries, type DueDelivery, noteAttempt } from '../../queries/webhook-deliveries.ts'
import type { WebhookSecrets } from './webhook-secrets.ts'

/** How many targets one server posts to at a time. */
const MAX_UNDER_WAY = 32
/** How often to look for what is due (ms). */
const EVERY_MS = 1_000
/** How long a stop waits for what is under way (ms). */
const GRACE_MS = 2_000

const MAX_ERROR = 255

interface WebhookDispatcherDeps {
  db: Db
  clock: Clock
  webhookSecrets: WebhookSecrets
  webhookTargets: WebhookTargets
  telemetry: Pick<Telemetry, 'record'>
}

interface Result {
  status: number | null
  error: string | null
}

export type WebhookDispatcher = ReturnType<typeof createWebhookDispatcher>

/**
 * Delivers what changes have written. A target gets one delivery at a time, of whichever server claims it first; one that
 * fails rests, so that it takes little of the time of others. A server that is killed leaves its targets to the others when
 * its turn has ended: what it was at is delivered again.
 */
export function createWebhookDispatcher(deps: WebhookDispatcherDeps) {
  const { db, clock, webhookSecrets, webhookTargets, telemetry } = deps
  const underWay = new Set<Promise<void>>()

  async function attempt(delivery: DueDelivery): Promise<Result> {
    try {
      const status = await webhookTargets.post(delivery.url, headersOf(delivery), delivery.payload)
      return { status, error: isDelivered(status) ? null : `HTTP status ${status}` }
    } catch (error) {
      return { status: null, error: (error as Error).message.slice(0, MAX_ERROR) }
    }
  }

  /** As Standard Webhooks has them, with a signature by each secret that is good now. */
  function headersOf(delivery: DueDelivery) {
    const { webhookId: id, eventId, payload, previousUntil } = delivery
    const now = clock()
    const [newest = '', ...before] = webhookSecrets.reveal({ ...delivery, id })
    const secrets = previousUntil && previousUntil > now ? [newest, ...before] : [newest]
    return {
      'content-type': 'application/json',
      'user-agent': 'quay-robots',
      'webhook-id': eventId,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': secrets
        .map((secret) => new Webhook(secret).sign(eventId, now, payload))
        .join(' '),
    }
  }

  async function deliver(delivery: DueDelivery) {
    const { id, webhookId, attempts, retryUntil } = delivery
    const { status, error } = await attempt(delivery)
    const now = clock()
    const failed = error !== null
    const next = failed ? nextAttempt(attempts + 1, now, retryUntil) : undefined
    const result = failed ? (next ? 'failed' : 'given_up') : 'delivered'
    telemetry.record({ event: 'webhook_delivery', result })
    await noteAttempt(db, {
      ...{ id, webhookId, now, status, error },
      nextAttemptAt: next ?? null,
      notBefore: failed ? later(now, REST_OF_TARGET) : now,
    })
  }

  /** Begins what is due, as far as there is room. @returns whether anything was */
  async function begin(onError: (error: unknown) => void): Promise<boolean> {
    const limit = MAX_UNDER_WAY - underWay.size
    if (limit === 0) return false
    const now = clock()
    const due = await claimDeliveries(db, { now, turnEnds: later(now, TURN_OF_SERVER), limit })
    for (const delivery of due) {
      const delivering: Promise<void> = deliver(delivery)
        .catch(onError)
        .finally(() => underWay.delete(delivering))
      underWay.add(delivering)
    }
    return due.length > 0
  }

  return {
    /** Delivers all that is due now. */
    async deliverDue(): Promise<void> {
      function fail(error: unknown) {
        throw error
      }
      for (;;) {
        // What ends while there is a look at what is due may leave more to do.
        const wasIdle = underWay.size === 0
        const begun = await begin(fail)
        if (wasIdle && !begun) return
        if (underWay.size > 0) await Promise.race(underWay)
      }
    },

    /**
     * Delivers from now on.
     *
     * @returns a function that stops it, and cuts what is still under way after a while
     */
    start(onError: (error: unknown) => void) {
      const stopping = new AbortController()
      const { signal } = stopping
      /** One at a time, however many deliveries end meanwhile. */
      let pausing: Promise<void> | undefined

      async function pause() {
        await sleep(EVERY_MS, undefined, { signal, ref: false }).catch(() => {})
        pausing = undefined
      }

      async function run() {
        while (!signal.aborted) {
          const begun = await begin(onError).catch((error) => {
            // A standby has no changes of its own to tell.
            if (!isReadOnly(error)) onError(error)
            return false
          })
          if (begun) continue
          pausing ??= pause()
          await Promise.race([...underWay, pausing])
        }
      }

      const running = run()
      return async () => {
        stopping.abort()
        await running
        await Promise.race([Promise.all(underWay), sleep(GRACE_MS, undefined, { ref: false })])
        await webhookTargets.close()
        await Promise.all(underWay)
      }
    },
  }
}
