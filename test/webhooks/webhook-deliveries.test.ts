import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { startConnectProxy } from '../helpers/connect-proxy.ts'
import { startStage } from '../helpers/stage.ts'
import { silence, startReceiver, status } from './receiver.ts'
import { INSTALLATION_WEBHOOKS, WEBHOOKS, WITH_LOOPBACK, webhookStage } from './webhook-stage.ts'

const { time, options, stage, alice, root, receiver, webhook, deliver, verified } = webhookStage()

const ROBOT = '/api/v1/organization/acme/robots/ci'
const MINUTE = 60
const DAY = 86_400

/** Something that webhooks are told of. */
async function disableRobot() {
  await alice().patch(ROBOT, { enabled: true }).expect(200)
  await alice().patch(ROBOT, { enabled: false }).expect(200)
}

const deliveriesOf = async (id: string) =>
  (await alice().get(`${WEBHOOKS}/${id}/deliveries`).expect(200)).body.deliveries

describe('a delivery', () => {
  it('has the headers of Standard Webhooks, and is listed', async () => {
    await stage().robot('acme+ci')
    const { id, secret } = await webhook(['robot.disabled'])
    await disableRobot()
    expect(await deliveriesOf(id)).toMatchObject([{ state: 'pending', attempts: 0 }])
    await deliver()
    const [received] = receiver().received
    expect(received?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': expect.any(String),
      'webhook-timestamp': String(Math.floor(time.clock().getTime() / 1000)),
    })
    verified(secret, received)
    expect(await deliveriesOf(id)).toEqual([
      {
        id: received?.headers['webhook-id'],
        type: 'robot.disabled',
        created: expect.any(String),
        state: 'delivered',
        attempts: 1,
        last_attempt: { at: expect.any(String), status: 204, error: null },
        next_attempt_at: null,
      },
    ])
    await deliver()
    expect(receiver().received).toHaveLength(1)
  })

  it('is not written where the change fails', async () => {
    await stage().robot('acme+ci')
    const { id } = await webhook(['robot.disabled'])
    await alice().patch(ROBOT, { enabled: false, expires_at: 'never' }).expect(400)
    expect(await deliveriesOf(id)).toEqual([])
  })

  it('is not written for a webhook that is disabled, and waits where it is disabled later', async () => {
    await stage().robot('acme+ci')
    const { id } = await webhook(['robot.disabled'])
    await disableRobot()
    await alice().patch(`${WEBHOOKS}/${id}`, { enabled: false }).expect(200)
    await disableRobot()
    await deliver()
    expect(receiver().received).toEqual([])
    await alice().patch(`${WEBHOOKS}/${id}`, { enabled: true }).expect(200)
    await deliver()
    expect(receiver().received).toHaveLength(1)
  })

  it.each([
    ['answers 500', status(500), 500, 'HTTP status 500'],
    ['answers 300', status(300), 300, 'HTTP status 300'],
    ['answers 404', status(404), 404, 'HTTP status 404'],
    ['sends it elsewhere', status(302, { location: '/other' }), 302, 'HTTP status 302'],
    ['does not answer', silence, null, 'No complete answer in time'],
  ])('is tried again where the target %s', async (_, answer, code, error) => {
    await stage().robot('acme+ci')
    const { id, secret } = await webhook(['robot.disabled'])
    await disableRobot()
    receiver().answer(answer)
    await deliver()
    const [failed] = await deliveriesOf(id)
    expect(failed).toMatchObject({
      state: 'pending',
      attempts: 1,
      last_attempt: { status: code, error },
      next_attempt_at: expect.any(String),
    })
    await deliver()
    expect(receiver().received).toHaveLength(1)
    receiver().answer(status(200))
    time.pass(31)
    await deliver()
    const [first, second] = receiver().received
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(verified(secret, second)).toMatchObject({ type: 'robot.disabled' })
    expect(await deliveriesOf(id)).toMatchObject([{ state: 'delivered', attempts: 2 }])
  })

  it.each([200, 202, 299])('is made where the target answers %i', async (code) => {
    await stage().robot('acme+ci')
    const { id } = await webhook(['robot.disabled'])
    await disableRobot()
    receiver().answer(status(code))
    await deliver()
    expect(await deliveriesOf(id)).toMatchObject([
      { state: 'delivered', last_attempt: { status: code, error: null } },
    ])
  })

  it('is tried again after half a minute, and three times as long after each further attempt', async () => {
    await stage().robot('acme+ci')
    const { id } = await webhook(['robot.disabled'])
    await disableRobot()
    receiver().answer(status(503))
    for (const pause of [30, 90, 270, 810]) {
      await deliver()
      const [failed] = await deliveriesOf(id)
      const next = new Date(failed?.next_attempt_at ?? 0).getTime() - time.clock().getTime()
      expect(Math.round(next / 1000)).toBe(pause)
      time.pass(pause + 1)
    }
    expect(receiver().received).toHaveLength(4)
  })

  it('is given up after three days, with longer and longer pauses before', async () => {
    await stage().robot('acme+ci')
    const { id } = await webhook(['robot.disabled'])
    await disableRobot()
    receiver().answer(status(503))
    const counted: string[] = []
    stage().services.telemetry.listen((event) => {
      if (event.event === 'webhook_delivery') counted.push(event.result)
    })
    const begin = time.clock().getTime()
    const tried: number[] = []
    for (let hours = 0; hours < 80; hours++) {
      for (const minutes of hours === 0 ? [0, 1, 2, 6, 20] : [0]) {
        time.pass(minutes * MINUTE)
        const before = receiver().received.length
        await deliver()
        if (receiver().received.length > before) {
          tried.push(Math.round((time.clock().getTime() - begin) / 3_600_000))
        }
      }
      time.pass(60 * MINUTE)
    }
    expect(tried.length).toBeGreaterThan(10)
    expect(tried.length).toBeLessThan(25)
    expect(Math.max(...tried)).toBeGreaterThan(60)
    expect(Math.max(...tried)).toBeLessThanOrEqual(72)
    expect(await deliveriesOf(id)).toMatchObject([{ state: 'failed', next_attempt_at: null }])
    expect(counted).toEqual([...Array(tried.length - 1).fill('failed'), 'given_up'])
  })

  it('that was given up leaves its target alone for a while, too', async () => {
    await stage().robot('acme+ci')
    const { id } = await webhook(['robot.disabled'])
    await disableRobot()
    await alice().patch(`${WEBHOOKS}/${id}`, { enabled: false }).expect(200)
    time.pass(3 * DAY - 10)
    await alice().patch(`${WEBHOOKS}/${id}`, { enabled: true }).expect(200)
    await disableRobot()
    receiver().answer(status(503))
    await deliver()
    expect(receiver().received).toHaveLength(1)
    expect(await deliveriesOf(id)).toMatchObject([
      { state: 'pending', attempts: 0 },
      { state: 'failed', attempts: 1, next_attempt_at: null },
    ])
    time.pass(31)
    await deliver()
    expect(receiver().received).toHaveLength(2)
  })

  it('is given up, and never made, where its target was disabled all the while', async () => {
    await stage().robot('acme+ci')
    const { id } = await webhook(['robot.disabled'])
    await disableRobot()
    await alice().patch(`${WEBHOOKS}/${id}`, { enabled: false }).expect(200)
    time.pass(3 * DAY)
    await alice().patch(`${WEBHOOKS}/${id}`, { enabled: true }).expect(200)
    expect(await stage().services.webhookOutbox()).toMatchObject({ waiting: 0, ageSeconds: 0 })
    await deliver()
    expect(receiver().received).toEqual([])
    const failed = { state: 'failed', attempts: 0, last_attempt: null, next_attempt_at: null }
    expect(await deliveriesOf(id)).toMatchObject([failed])
    await disableRobot()
    await deliver()
    expect(receiver().received).toHaveLength(1)
  })

  it('is made again where the database did not take what came of it', async () => {
    await stage().robot('acme+ci')
    const { id } = await webhook(['robot.disabled'])
    await disableRobot()
    const { db } = stage()
    await db.$executeRawUnsafe(
      'ALTER TABLE webhook_deliveries ADD CONSTRAINT untold CHECK (attempts = 0)',
    )
    await expect(deliver()).rejects.toThrow('untold')
    await db.$executeRawUnsafe('ALTER TABLE webhook_deliveries DROP CONSTRAINT untold')
    time.pass(21) // the turn of the server has ended
    await deliver()
    expect(receiver().received).toHaveLength(2)
    expect(await deliveriesOf(id)).toMatchObject([{ state: 'delivered', attempts: 1 }])
  })

  it('is repeated where somebody asks, under the same id, also one that was given up', async () => {
    await stage().robot('acme+ci')
    const { id } = await webhook(['robot.disabled'])
    await disableRobot()
    await deliver()
    const [{ id: eventId }] = await deliveriesOf(id)
    time.pass(4 * DAY)
    const again = `${WEBHOOKS}/${id}/deliveries/${eventId}/redeliver`
    const { body } = await alice().post(again).expect(200)
    expect(body).toMatchObject({ id: eventId, state: 'pending', attempts: 0 })
    await deliver()
    const ids = receiver().received.map(({ headers }) => headers['webhook-id'])
    expect(ids).toEqual([eventId, eventId])
    receiver().answer(status(503))
    await alice().post(again).expect(200)
    await deliver()
    time.pass(3 * DAY - 1)
    expect(await deliveriesOf(id)).toMatchObject([{ state: 'pending', attempts: 1 }])
    time.pass(1)
    expect(await deliveriesOf(id)).toMatchObject([{ state: 'failed', attempts: 1 }])
    await alice().post(`${WEBHOOKS}/${id}/deliveries/${id}/redeliver`).expect(404)
    await alice().post(`${WEBHOOKS}/${id}/deliveries/x/redeliver`).expect(404)
  })

  it('is listed in pages, newest first, for thirty days', async () => {
    await stage().robot('acme+ci')
    const { id } = await webhook(['robot.disabled'])
    for (let n = 0; n < 101; n++) await disableRobot()
    const { body: first } = await alice().get(`${WEBHOOKS}/${id}/deliveries`)
    const { body: rest } = await alice().get(
      `${WEBHOOKS}/${id}/deliveries?next_page=${first.next_page}`,
    )
    const ids = [...first.deliveries, ...rest.deliveries].map((one: { id: string }) => one.id)
    expect(ids).toHaveLength(101)
    expect(ids).toEqual([...ids].sort().reverse())
    expect(rest.next_page).toBeUndefined()
    time.pass(29 * DAY)
    expect(await stage().services.oldWebhookDeliveries.runNow()).toBe(0)
    time.pass(2 * DAY)
    expect(await stage().services.oldWebhookDeliveries.runNow()).toBe(101)
  })
})

describe('the secret of a webhook', () => {
  it('signs beside its successor for a while', async () => {
    await stage().robot('acme+ci')
    const { id, secret: old } = await webhook(['robot.disabled'])
    const { body } = await alice().post(`${WEBHOOKS}/${id}/secret?grace=1h`).expect(200)
    expect(new Date(body.previous_secret_until).getTime() - time.clock().getTime()).toBeGreaterThan(
      3_590_000,
    )
    await disableRobot()
    await deliver()
    const [both] = receiver().received
    verified(old, both)
    verified(body.secret, both)
    time.pass(2 * 60 * MINUTE)
    await disableRobot()
    await deliver()
    const signatures = receiver().received[1]?.headers['webhook-signature'] ?? ''
    expect(signatures.split(' ')).toHaveLength(1)
  })

  it.each([
    ['', 1],
    ['?grace=30d', 30],
    ['?grace=2w', 14],
  ])('signs until the end of the grace that was asked for: %s', async (query, days) => {
    const { id } = await webhook(['robot.disabled'])
    const { body } = await alice().post(`${WEBHOOKS}/${id}/secret${query}`).expect(200)
    const until = new Date(time.clock().getTime() + days * DAY * 1000).toISOString()
    expect(body.previous_secret_until).toBe(until)
  })

  it('ends at once where no overlap is asked for; two are good at most', async () => {
    await stage().robot('acme+ci')
    const { id, secret: first } = await webhook(['robot.disabled'])
    const { body: second } = await alice().post(`${WEBHOOKS}/${id}/secret`).expect(200)
    const { body: third } = await alice().post(`${WEBHOOKS}/${id}/secret`).expect(200)
    await disableRobot()
    await deliver()
    const [received] = receiver().received
    verified(second.secret, received)
    verified(third.secret, received)
    expect(() => verified(first, received)).toThrow('No matching signature')
    const { body: last } = await alice().post(`${WEBHOOKS}/${id}/secret?grace=0s`).expect(200)
    expect(last.previous_secret_until).toBeNull()
    await disableRobot()
    await deliver()
    const [, latest] = receiver().received
    verified(last.secret, latest)
    expect(() => verified(third.secret, latest)).toThrow('No matching signature')
  })
})

describe('a target that is dead', () => {
  it('delays no other, and is left alone for a while', async () => {
    await stage().robot('acme+ci')
    const dead = await Promise.all(Array.from({ length: 10 }, () => startReceiver()))
    try {
      for (const one of dead) {
        one.answer(silence)
        await webhook(['robot.disabled'], one.url)
      }
      await webhook(['robot.disabled'])
      for (let n = 0; n < 5; n++) await disableRobot()
      const delivering = deliver()
      await expect.poll(() => receiver().received.length, { timeout: 450, interval: 10 }).toBe(5)
      await delivering
      expect(dead.map(({ received }) => received.length)).toEqual(Array(10).fill(1))
    } finally {
      for (const one of dead) await one.close()
    }
  })

  it('gets what it has missed in the order of events, and then what failed, one at a time', async () => {
    await stage().robot('acme+ci')
    const { id } = await webhook(['robot.disabled'])
    receiver().answer(status(503))
    for (let n = 0; n < 3; n++) await disableRobot()
    // Where the database has put the first one says nothing of their order.
    const { webhookDelivery } = stage().db
    const oldest = await webhookDelivery.findFirstOrThrow({ orderBy: { eventId: 'asc' } })
    await webhookDelivery.delete({ where: { id: oldest.id } })
    await webhookDelivery.create({ data: oldest })
    await deliver()
    expect(receiver().received).toHaveLength(1)
    receiver().answer(status(204))
    time.pass(31)
    await deliver()
    const deliveries = await deliveriesOf(id)
    expect(deliveries).toMatchObject(Array(3).fill({ state: 'delivered' }))
    const [third, second, first] = deliveries.map(({ id }: { id: string }) => id)
    const told = receiver().received.map(({ headers }) => headers['webhook-id'])
    expect(told).toEqual([first, second, third, first])
  })
})

it('one server posts to 32 targets at a time, first to those that have waited longest', async () => {
  await stage().robot('acme+ci')
  for (let n = 0; n < 20; n++) {
    await webhook(['robot.disabled'])
    await webhook(['robot.disabled'], `${receiver().url}/${n}`, INSTALLATION_WEBHOOKS, root())
  }
  await stage().db.$executeRaw`UPDATE webhooks SET not_before = not_before - interval '1 hour'
    WHERE organization_id IS NULL`
  const waiting: (() => void)[] = []
  receiver().answer((response) => void waiting.push(() => status(204)(response)))
  await disableRobot()
  const delivering = deliver()
  await expect.poll(() => waiting.length, { timeout: 400, interval: 5 }).toBe(32)
  const first = new Set(receiver().received.map(({ path }) => path))
  for (let n = 0; n < 20; n++) expect(first).toContain(`/hook/${n}`)
  waiting.shift()?.()
  await expect.poll(() => receiver().received.length, { timeout: 400, interval: 5 }).toBe(33)
  await sleep(100)
  expect(receiver().received).toHaveLength(33)
  receiver().answer(status(204))
  for (const answer of waiting) answer()
  await delivering
  expect(new Set(receiver().received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
})

it('a stop waits for what is under way', async () => {
  await stage().robot('acme+ci')
  const { id } = await webhook(['robot.disabled'])
  let answer = () => {}
  receiver().answer((response) => {
    answer = () => status(204)(response)
  })
  await disableRobot()
  const second = await startStage({ ...options, database: stage().database })
  try {
    const stop = second.services.webhookDispatcher.start((error) => {
      throw error
    })
    await expect.poll(() => receiver().received.length, { interval: 10 }).toBe(1)
    const stopped = stop()
    setTimeout(() => answer(), 50)
    await stopped
    expect(await deliveriesOf(id)).toMatchObject([{ state: 'delivered', attempts: 1 }])
  } finally {
    await second.close()
  }
})

it('a stop cuts what takes too long, which is tried again by the next server', async () => {
  await stage().robot('acme+ci')
  const { id } = await webhook(['robot.disabled'])
  receiver().answer(silence)
  await disableRobot()
  const second = await startStage({
    ...{ ...options, database: stage().database },
    surroundings: { ...options.surroundings, webhookNetwork: { timeoutMs: 60_000 } },
  })
  try {
    const stop = second.services.webhookDispatcher.start(() => {})
    await expect.poll(() => receiver().received.length, { interval: 10 }).toBe(1)
    const begin = performance.now()
    await stop()
    expect(performance.now() - begin).toBeLessThan(10_000)
    expect(await deliveriesOf(id)).toMatchObject([{ state: 'pending', attempts: 1 }])
  } finally {
    await second.close()
  }
})

it('two servers on one database deliver each event once', async () => {
  const second = await startStage({ ...options, database: stage().database })
  try {
    await stage().robot('acme+ci')
    const others = await Promise.all(Array.from({ length: 4 }, () => startReceiver()))
    for (const { url } of others) await webhook(['robot.disabled'], url)
    for (let n = 0; n < 5; n++) await disableRobot()
    await Promise.all([deliver(), second.services.webhookDispatcher.deliverDue(), deliver()])
    for (const { received } of others) {
      const ids = received.map(({ headers }) => headers['webhook-id'])
      expect(ids).toHaveLength(5)
      expect(new Set(ids).size).toBe(5)
    }
    for (const one of others) await one.close()
  } finally {
    await second.close()
  }
})

it('a server at work listens no more to being stopped, however many deliveries it makes', async () => {
  const second = await startStage({ ...options, database: stage().database })
  const problems: unknown[] = []
  const note = (problem: unknown) => void problems.push(problem)
  process.on('warning', note)
  try {
    await stage().robot('acme+ci')
    await webhook(['robot.disabled'])
    for (let n = 0; n < 20; n++) await disableRobot()
    const stop = second.services.webhookDispatcher.start(note)
    await expect.poll(() => receiver().received.length, { timeout: 30_000, interval: 5 }).toBe(20)
    await stop()
    expect(problems).toEqual([])
  } finally {
    process.off('warning', note)
    await second.close()
  }
})

it('a delivery goes through the proxy that the operator names', async () => {
  const proxy = await startConnectProxy()
  const config = { webhooks: { ...WITH_LOOPBACK.webhooks, proxy: proxy.url } }
  const behind = await startStage({ ...options, config, database: stage().database })
  try {
    await stage().robot('acme+ci')
    await webhook(['robot.disabled'])
    await disableRobot()
    await behind.services.webhookDispatcher.deliverDue()
    expect(receiver().received).toHaveLength(1)
    expect(proxy.tunnels).toEqual([new URL(receiver().url).host])
  } finally {
    await behind.close()
    await proxy.close()
  }
})

it('a target whose name leads inward is not connected to', async () => {
  const inward = await startStage({
    surroundings: {
      ...options.surroundings,
      webhookNetwork: { lookup: async () => [{ address: '127.0.0.1', family: 4 }] },
    },
  })
  try {
    await inward.superusers('root')
    const client = await inward.client('root', 'super:user')
    const longest = `${`${'h'.repeat(60)}.`.repeat(4)}com`
    const told = (name: string) => `${name}: URL resolves to a private or reserved IP address`
    const errors = ['hooks.example.com', longest].map((name) => [name, told(name).slice(0, 255)])
    const ids: [id: string, error: string | undefined][] = []
    for (const [name, error] of errors) {
      const { body } = await client
        .post('/api/v1/superuser/webhooks', { url: `https://${name}`, events: ['admin.added'] })
        .expect(201)
      ids.push([body.id, error])
    }
    await inward.superusers('eve')
    await inward.services.webhookDispatcher.deliverDue()
    for (const [id, error] of ids) {
      const { body: list } = await client.get(`/api/v1/superuser/webhooks/${id}/deliveries`)
      expect(list.deliveries[0].last_attempt).toMatchObject({ status: null, error })
    }
  } finally {
    await inward.close()
  }
})
