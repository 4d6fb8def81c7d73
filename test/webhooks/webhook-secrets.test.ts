import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'
import { auditEntries } from '../helpers/rows.ts'
import { TEST_SECRET_KEY } from '../helpers/service.ts'
import { startStage } from '../helpers/stage.ts'
import { type Receiver, startReceiver, verify } from './receiver.ts'
import { WEBHOOKS, WITH_LOOPBACK } from './webhook-stage.ts'

// The secrets of webhooks are sealed: what becomes of them where the secret key changes.

const NEW_KEY = Buffer.from('9vJm3Q0yXqC8a1tZ5uWk7RsEoPdLhGfB2nKxVwYiTzA=', 'base64')
const ROBOT = '/api/v1/organization/acme/robots/ci'

let database: TestDatabase
let receiver: Receiver
let token: string
let secret: string
let id: string

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

beforeEach(async () => {
  await database.reset()
  receiver = await startReceiver()
  await withKey({}, async ({ stage, people }) => {
    await people()
    await stage.robot('acme+ci')
    token = await stage.token('alice', ['org:admin'])
    const wanted = { url: receiver.url, events: ['robot.disabled'] }
    const { body } = await stage.api.as(token).post(WEBHOOKS, wanted).expect(201)
    ;({ secret, id } = body)
  })
})
afterEach(() => receiver.close())

type Keys = { secretKey?: Buffer; previousSecretKeys?: Buffer[] }
type Started = Awaited<ReturnType<typeof startStage>>

async function withKey(
  keys: Keys,
  work: (one: { stage: Started; people: () => Promise<void> }) => Promise<void>,
) {
  const stage = await startStage({ database, config: { ...WITH_LOOPBACK, ...keys } })
  try {
    await work({
      stage,
      async people() {
        await stage.people('alice')
        await stage.organization('acme')
      },
    })
  } finally {
    await stage.close()
  }
}

/** What the webhook is told now. */
async function told(stage: Started) {
  const alice = stage.api.as(token)
  await alice.patch(ROBOT, { enabled: false }).expect(200)
  await stage.services.webhookDispatcher.deliverDue()
  const [one] = receiver.received
  if (!one) throw new Error('nothing was received')
  return one
}

it('sign on after the previous key was dropped, both of two that overlap', async () => {
  let second = ''
  await withKey({}, async ({ stage }) => {
    const { body } = await stage.api.as(token).post(`${WEBHOOKS}/${id}/secret`).expect(200)
    second = body.secret
  })
  const both = { secretKey: NEW_KEY, previousSecretKeys: [TEST_SECRET_KEY] }
  await withKey(both, async ({ stage }) => {
    expect(await stage.services.keyRotation.rotate({})).toMatchObject({ resealed: 2 })
  })
  await withKey({ secretKey: NEW_KEY }, async ({ stage }) => {
    const one = await told(stage)
    expect(verify(second, one, new Date())).toMatchObject({ type: 'robot.disabled' })
    expect(verify(secret, one, new Date())).toMatchObject({ type: 'robot.disabled' })
  })
})

it('are replaced where their key was lost, which the log of the owner has', async () => {
  await withKey({ secretKey: NEW_KEY }, async ({ stage }) => {
    expect(await stage.services.keyRotation.reset({})).toMatchObject({ replaced: 2 })
    const one = await told(stage)
    expect(() => verify(secret, one, new Date())).toThrow('No matching signature')
    expect(await auditEntries(stage.db)).toContainEqual(
      expect.objectContaining({
        kind: 'rotate_webhook_secret',
        namespaceName: 'acme',
        metadata: { webhook: id },
      }),
    )
  })
})

it('open in their own row only: deliveries fail where they were swapped, and are tried again', async () => {
  await withKey({}, async ({ stage }) => {
    const alice = stage.api.as(token)
    const { url } = receiver
    const { body: other } = await alice.post(WEBHOOKS, { url, events: ['token.created'] })
    const { secretKeyId, secretSealed } = await stage.db.webhook.findUniqueOrThrow({
      where: { id: other.id },
    })
    await stage.db.webhook.update({ where: { id }, data: { secretKeyId, secretSealed } })
    await expect(told(stage)).rejects.toThrow('nothing was received')
    const { body } = await alice.get(`${WEBHOOKS}/${id}/deliveries`).expect(200)
    expect(body.deliveries).toMatchObject([{ state: 'pending', attempts: 1 }])
  })
})
