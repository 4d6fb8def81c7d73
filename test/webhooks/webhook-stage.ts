import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { parseAllowedHosts } from '../../src/domain/allowed-hosts.ts'
import type { Client } from '../helpers/api.ts'
import { createClock } from '../helpers/clock.ts'
import { deleteAccounts } from '../helpers/rows.ts'
import type { ServiceOptions } from '../helpers/service.ts'
import { startStage } from '../helpers/stage.ts'
import { type Received, type Receiver, startReceiver, verify } from './receiver.ts'

export const WEBHOOKS = '/api/v1/organization/acme/webhooks'
export const INSTALLATION_WEBHOOKS = '/api/v1/superuser/webhooks'

/** Longer than the tests pass (s). */
const LONG = 300 * 86_400

const LOOPBACK = parseAllowedHosts(['127.0.0.1'])

/** Targets on loopback are let in, and issuers. */
export const WITH_LOOPBACK = { webhooks: { allowed: LOOPBACK }, oidcAllowedHosts: LOOPBACK }

/** A service with an organization of alice, a superuser, and a target of their own for each test of a file. */
export function webhookStage(surroundings: ServiceOptions['surroundings'] = {}) {
  const time = createClock()
  const options: ServiceOptions = {
    config: WITH_LOOPBACK,
    surroundings: { ...surroundings, clock: time.clock, webhookNetwork: { timeoutMs: 500 } },
  }
  let stage: Awaited<ReturnType<typeof startStage>>
  let alice: Client
  let root: Client
  let receiver: Receiver

  beforeAll(async () => {
    await import('undici') // by the first delivery otherwise, which would take too long
    stage = await startStage(options)
  })
  afterAll(() => stage.close())

  beforeEach(async () => {
    await deleteAccounts(stage)
    await stage.db.webhook.deleteMany()
    await stage.people('alice')
    await stage.superusers('root')
    await stage.organization('acme')
    const { api, token } = stage
    alice = api.as(await token('alice', ['org:admin', 'user:admin', 'repo:admin'], LONG))
    root = api.as(await token('root', ['super:user', 'org:admin', 'user:admin'], LONG))
    receiver = await startReceiver()
  })
  afterEach(() => receiver.close())

  return {
    time,
    options,
    stage: () => stage,
    alice: () => alice,
    root: () => root,
    receiver: () => receiver,

    /** @returns the webhook, with its secret */
    async webhook(events: string[], url = receiver.url, path = WEBHOOKS, client = alice) {
      const { body } = await client.post(path, { url, events }).expect(201)
      return body as { id: string; secret: string }
    },

    /** What was received, if its signature is good now. */
    verified: (secret: string, one: Received | undefined) => {
      if (!one) throw new Error('nothing was received')
      return verify(secret, one, time.clock())
    },

    deliver: () => stage.services.webhookDispatcher.deliverDue(),
  }
}
