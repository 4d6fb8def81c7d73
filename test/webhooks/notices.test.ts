import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copiesOf, NEW_DIGEST, setEnabled, writeMany } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { INSTALLATION_WEBHOOKS, webhookStage } from './webhook-stage.ts'

// What webhooks are told because time has passed.

const { time, options, stage, alice, root, receiver, webhook, deliver, verified } = webhookStage()

const ROBOT = '/api/v1/organization/acme/robots/ci'
const DAY = 86_400

/** Another server on the same database. */
let other: Stage
beforeAll(async () => {
  other = await startStage({ ...options, database: stage().database })
})
afterAll(() => other.close())

const at = (days: number) => new Date(time.clock().getTime() + days * DAY * 1000)

/** What is received in so many days, with the number of the day. */
async function toldIn(days: number, secret: string) {
  const told: [number, Record<string, unknown>][] = []
  for (let day = 0; day <= days; day++) {
    if (day > 0) time.pass(DAY)
    await Promise.all([stage().services.notices.runNow(), other.services.notices.runNow()])
    const before = receiver().received.length
    await deliver()
    for (const one of receiver().received.slice(before)) {
      const { type, data } = verified(secret, one)
      told.push([day, { type, ...data }])
    }
  }
  return told
}

const daysOf = (told: Awaited<ReturnType<typeof toldIn>>) => told.map(([day]) => day)

const regenerate = async (query: string) =>
  (await alice().post(`${ROBOT}/regenerate?${query}`).expect(201)).body.token as string

const secretsOf = async () => (await alice().get(`${ROBOT}/secrets`).expect(200)).body.secrets

describe('the owner of a secret that nobody rotates', () => {
  it('hears of it 30, 7 and 1 days before it ends, of each once, whatever number of servers run', async () => {
    const { secret } = await webhook(['secret.expiring'])
    await stage().robot('acme+ci')
    await regenerate('expires_in=60d')
    const [{ id, expires_at }] = await secretsOf()
    const about = {
      type: 'secret.expiring',
      ...{ namespace: 'acme', performer: null, ip: null },
      ...{ robot: 'acme+ci', secret_id: id, expires_at },
    }
    expect(await toldIn(62, secret)).toEqual([
      [30, { ...about, days: 30 }],
      [53, { ...about, days: 7 }],
      [59, { ...about, days: 1 }],
    ])
  })

  it('is not told at once of an end that is near when it is set', async () => {
    const { secret } = await webhook(['secret.expiring'])
    await stage().robot('acme+ci')
    await regenerate('expires_in=20d')
    expect(daysOf(await toldIn(21, secret))).toEqual([13, 19])
  })

  it('is told anew where the end is put off, and brought forward', async () => {
    const { secret } = await webhook(['secret.expiring'])
    await stage().robot('acme+ci')
    await regenerate('expires_in=31d')
    const [{ id }] = await secretsOf()
    const changed = (days: number | null) =>
      alice()
        .patch(`${ROBOT}/secrets/${id}`, { expires_at: days && at(days).toISOString() })
        .expect(200)
    expect(daysOf(await toldIn(25, secret))).toEqual([1, 24])
    await changed(40)
    expect(daysOf(await toldIn(11, secret))).toEqual([10])
    await changed(8)
    expect(daysOf(await toldIn(2, secret))).toEqual([1])
    await changed(null)
    expect(daysOf(await toldIn(9, secret))).toEqual([])
  })

  it('is told of one that was replaced, while it is still good, where an end was set by that alone', async () => {
    const { secret } = await webhook(['secret.expiring'])
    await stage().robot('acme+ci')
    const [{ id: replaced }] = await secretsOf()
    await regenerate('grace=10d')
    const told = await toldIn(11, secret)
    expect(told).toMatchObject([
      [3, { secret_id: replaced, days: 7 }],
      [9, { secret_id: replaced, days: 1 }],
    ])
  })

  it('keeps what was to be told of one that ends before the grace is over', async () => {
    const { secret } = await webhook(['secret.expiring'])
    await stage().robot('acme+ci')
    await regenerate('expires_in=9d')
    await regenerate('grace=10d')
    expect(daysOf(await toldIn(10, secret))).toEqual([2, 8])
  })

  it('is told after servers were down for a while, of the nearest day', async () => {
    const { secret } = await webhook(['secret.expiring'])
    await stage().robot('acme+ci')
    await regenerate('expires_in=60d')
    time.pass(55 * DAY)
    expect(await toldIn(5, secret)).toMatchObject([
      [0, { days: 7 }],
      [4, { days: 1 }],
    ])
    await regenerate('expires_in=31d')
    time.pass(31 * DAY)
    expect(await toldIn(1, secret)).toEqual([])
  })

  it.each<[string, () => PromiseLike<unknown>]>([
    ['was ended', () => regenerate('')],
    ['was deleted with its robot', () => alice().delete(ROBOT).expect(204)],
    ['has a robot that is disabled', () => alice().patch(ROBOT, { enabled: false }).expect(200)],
    [
      'has a robot that has expired',
      () =>
        alice()
          .patch(ROBOT, { expires_at: at(0.5).toISOString() })
          .expect(200),
    ],
  ])('is not told of one that %s', async (_, change) => {
    const { secret } = await webhook(['secret.expiring'])
    await stage().robot('acme+ci')
    await regenerate('expires_in=31d')
    await change()
    expect(await toldIn(32, secret)).toEqual([])
  })

  it('is told later where the deliveries could not be written', async () => {
    const { secret } = await webhook(['secret.expiring'])
    await stage().robot('acme+ci')
    await regenerate('expires_in=31d')
    time.pass(2 * DAY)
    const { db } = stage()
    const alter = (change: string): Promise<number> =>
      db.$executeRawUnsafe(`ALTER TABLE webhook_deliveries ${change}`)
    await alter("ADD CONSTRAINT untold CHECK (type <> 'secret.expiring')")
    await expect(stage().services.notices.runNow()).rejects.toThrow('untold')
    await alter('DROP CONSTRAINT untold')
    expect(await toldIn(0, secret)).toMatchObject([[0, { days: 30 }]])
  })
})

describe('the owner of a robot that expires', () => {
  const expire = (days: number | null) =>
    alice()
      .patch(ROBOT, { expires_at: days && at(days).toISOString() })
      .expect(200)

  it('hears of it 30, 7 and 1 days before, of each once, and anew where the end is put off', async () => {
    const { secret } = await webhook(['robot.expiring'])
    await stage().robot('acme+ci')
    await expire(31)
    const expires_at = at(31).toISOString()
    const about = {
      type: 'robot.expiring',
      ...{ namespace: 'acme', performer: null, ip: null },
      ...{ robot: 'acme+ci', expires_at },
    }
    expect(await toldIn(25, secret)).toEqual([
      [1, { ...about, days: 30 }],
      [24, { ...about, days: 7 }],
    ])
    await expire(31)
    expect(daysOf(await toldIn(32, secret))).toEqual([1, 24, 30])
  })

  it('is told after another change of the robot as before it, and not where it is disabled or has no end', async () => {
    const { secret } = await webhook(['robot.expiring'])
    await stage().robot('acme+ci')
    await expire(31)
    await alice().patch(ROBOT, { description: 'builds' }).expect(200)
    expect(daysOf(await toldIn(2, secret))).toEqual([1])
    await alice().patch(ROBOT, { enabled: false }).expect(200)
    expect(await toldIn(23, secret)).toEqual([])
    await alice().patch(ROBOT, { enabled: true }).expect(200)
    await expire(null)
    expect(await toldIn(7, secret)).toEqual([])
  })
})

describe('a robot that is not used', () => {
  it('for 90 days since it was made, or used, is told of once each', async () => {
    const { secret } = await webhook(['robot.unused'])
    const token = await stage().robot('acme+ci')
    const unused = { type: 'robot.unused', namespace: 'acme', performer: null, ip: null }
    const about = { ...unused, robot: 'acme+ci' }
    expect(await toldIn(95, secret)).toEqual([[91, { ...about, last_used: null }]])
    const used = time.clock().toISOString()
    await stage().api.login('acme+ci', token).expect(200)
    await stage().services.settled()
    expect(await toldIn(95, secret)).toEqual([[91, { ...about, last_used: used }]])
  })

  it('is not told of while it is disabled', async () => {
    const { secret } = await webhook(['robot.unused'])
    await stage().robot('acme+ci')
    await alice().patch(ROBOT, { enabled: false }).expect(200)
    expect(await toldIn(95, secret)).toEqual([])
    await alice().patch(ROBOT, { enabled: true }).expect(200)
    expect(daysOf(await toldIn(2, secret))).toEqual([0])
  })
})

it.each(['secret.expiring', 'robot.expiring', 'robot.unused'])(
  'the owner who is disabled is told of nothing, and those of the installation of nothing of that: %s',
  async (event) => {
    const { secret } = await webhook([event])
    await webhook([event], receiver().url, INSTALLATION_WEBHOOKS, root())
    await stage().robot('acme+ci')
    await regenerate('expires_in=31d')
    const { status } = await alice().patch(ROBOT, { expires_at: at(100).toISOString() })
    expect(status).toBe(200)
    await setEnabled(stage().db, 'acme', false)
    expect(await toldIn(92, secret)).toEqual([])
  },
)

it('nothing is kept for webhooks that are disabled, want to hear of other things, or are of others', async () => {
  const all = ['secret.expiring', 'robot.expiring', 'robot.unused']
  await stage().organization('globex')
  const [{ id: own }, { id: installed }] = [
    await webhook(all),
    await webhook(all, receiver().url, INSTALLATION_WEBHOOKS, root()),
  ]
  await alice().patch(`/api/v1/organization/acme/webhooks/${own}`, { enabled: false }).expect(200)
  await root().patch(`${INSTALLATION_WEBHOOKS}/${installed}`, { enabled: false }).expect(200)
  await webhook(['robot.disabled'])
  await webhook(all, receiver().url, '/api/v1/organization/globex/webhooks')
  await stage().robot('acme+ci')
  await regenerate('expires_in=98d')
  await alice()
    .patch(ROBOT, { expires_at: at(98).toISOString() })
    .expect(200)
  time.pass(91 * DAY)
  await stage().services.notices.runNow()
  expect(await stage().db.webhookDelivery.count()).toBe(0)
})

it('one look finds secrets that end and robots that are unused', async () => {
  const { secret } = await webhook(['secret.expiring', 'robot.unused'])
  await stage().robot('acme+ci')
  await regenerate('expires_in=98d')
  time.pass(91 * DAY)
  await other.services.notices.runNow()
  await deliver()
  const types = receiver().received.map((one) => verified(secret, one).type)
  expect(types.sort()).toEqual(['robot.unused', 'secret.expiring'])
})

const MORE_SECRETS = copiesOf('robot_secrets', [1, 450], NEW_DIGEST)
const MORE_ROBOTS = `
  INSERT INTO robots (id, namespace_id, name, credential_id, token_key_id, token_sealed, token_digest, created_at,
                      expires_at, next_notice_at)
  SELECT gen_random_uuid(), namespace_id, 'copy' || n, gen_random_uuid(), token_key_id, token_sealed, token_digest,
         created_at, expires_at, next_notice_at FROM robots, generate_series(1, 450) n`

it.each([
  ['secret.expiring', MORE_SECRETS, 2],
  ['robot.expiring', MORE_ROBOTS, 2],
  ['robot.unused', MORE_ROBOTS, 91],
])('one look tells of all that is due, however much that is: %s', async (event, more, days) => {
  await webhook([event])
  await stage().robot('acme+ci')
  await regenerate('expires_in=31d')
  await alice()
    .patch(ROBOT, { expires_at: at(days === 2 ? 31 : 200).toISOString() })
    .expect(200)
  await writeMany(stage().db, (tx) => tx.$executeRawUnsafe(more))
  time.pass(days * DAY)
  await stage().services.notices.runNow()
  expect(await stage().db.webhookDelivery.count()).toBe(451)
})

it('webhooks of the installation are told of what users have, those of others and disabled ones of nothing', async () => {
  const types = ['secret.expiring', 'robot.unused']
  await webhook(types)
  const { id } = await webhook(types, receiver().url, INSTALLATION_WEBHOOKS, root())
  await root().patch(`${INSTALLATION_WEBHOOKS}/${id}`, { enabled: false }).expect(200)
  const { secret } = await webhook(types, receiver().url, INSTALLATION_WEBHOOKS, root())
  await alice().put('/api/v1/user/robots/own').expect(200)
  await alice().post('/api/v1/user/robots/own/regenerate?expires_in=92d').expect(201)
  const told = await toldIn(92, secret)
  expect(told.map(([day, { type, robot }]) => `${day} ${type} ${robot}`).sort()).toEqual(
    [
      ...[62, 85, 91].map((day) => `${day} secret.expiring alice+own`),
      '91 robot.unused alice+own',
    ].sort(),
  )
})
