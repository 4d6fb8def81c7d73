import type { Test } from 'supertest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'
import { TEST_SECRET_KEY } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const APPLICATIONS = '/api/v1/organization/acme/applications'
const APP_TOKENS = '/api/v1/user/apptoken'
const WEBHOOKS = '/api/v1/organization/acme/webhooks'
const WEBHOOK = { url: 'https://hooks.example.com/', events: ['robot.disabled'] }
const NEW_KEY = Buffer.from('9vJm3Q0yXqC8a1tZ5uWk7RsEoPdLhGfB2nKxVwYiTzA=', 'base64')

let database: TestDatabase
let stage: Stage
let token: string

beforeAll(async () => {
  database = await createTestDatabase()
  stage = await startStage({ database })
  await stage.people('alice')
  await stage.organization('acme')
  token = await stage.token('alice', ['org:admin', 'user:admin'])
})

afterAll(async () => {
  await stage.close()
  await database.drop()
})

// There and back again: of two keys, either may have the lower id.
it.each([
  [NEW_KEY, TEST_SECRET_KEY, 4],
  [TEST_SECRET_KEY, NEW_KEY, 7],
])(
  'opens the secrets of robots, applications, users and webhooks after the previous key was dropped',
  async (secretKey, previous, resealed) => {
    const alice = stage.api.as(token)
    const { body: application } = await alice.post(APPLICATIONS, { name: 'ci' })
    const { body: appToken } = await alice.post(APP_TOKENS, { title: 'laptop' })
    await alice.put('/api/v1/user/robots/bot')
    const { body: robot } = await alice.get('/api/v1/user/robots/bot').expect(200)
    const { body: webhook } = await alice.post(WEBHOOKS, WEBHOOK).expect(201)
    await stage.close()

    const both = { secretKey, previousSecretKeys: [previous] }
    stage = await startStage({ database, config: both })
    expect(await stage.services.keyRotation.rotate({})).toMatchObject({ resealed })
    expect(await stage.services.keyRotation.rotate({})).toMatchObject({ resealed: 0 })
    await stage.close()

    stage = await startStage({ database, config: { secretKey } })
    const after = stage.api.as(token)
    expect((await after.get(`${APPLICATIONS}/${application.client_id}`)).body).toEqual(application)
    expect((await after.get(`${APP_TOKENS}/${appToken.token.uuid}`)).body).toEqual(appToken)
    expect((await after.get('/api/v1/user/robots/bot')).body.token).toBe(robot.token)
    await stage.api.login(robot.name, robot.token).expect(200)
    // The secret so far goes on signing for a while: it is read.
    await after.post(`${WEBHOOKS}/${webhook.id}/secret`).expect(200)
    await stage.api.login('$app', appToken.token.token_code).expect(200)
  },
)

it('replaces what was sealed with a lost key, ends what came of it, and tells the owners', async () => {
  const lost = await createTestDatabase()
  const before = await startStage({ database: lost })
  await before.people('alice')
  await before.organization('acme')
  const bearer = await before.token('alice', ['org:admin', 'user:admin'])
  const alice = before.api.as(bearer)
  await alice.put('/api/v1/organization/acme/robots/bot').expect(201)
  const scopes = ['org:admin']
  const { body: ci } = await alice.post(APPLICATIONS, { name: 'ci', scopes })
  const { body: granted } = await before.api
    .call('post', '/oauth/token')
    .auth(ci.client_id, ci.client_secret)
    .type('form')
    .send({ grant_type: 'client_credentials' })
    .expect(200)
  const { body: laptop } = await alice.post(APP_TOKENS, { title: 'laptop' }).expect(200)
  const { body: webhook } = await alice.post(WEBHOOKS, WEBHOOK).expect(201)
  await alice.post(`${WEBHOOKS}/${webhook.id}/secret`).expect(200)
  const members = '/api/v1/organization/acme/members'
  await before.api.as(granted.access_token).get(members).expect(200)
  await before.close()

  const after = await startStage({ database: lost, config: { secretKey: NEW_KEY } })
  for (const path of ['', '/bot', '/bot/secrets']) {
    const robots = `/api/v1/organization/acme/robots${path}?details=true&token=false`
    expect((await after.api.as(bearer).get(robots).expect(200)).text).toContain('"hint":null')
  }
  expect(await after.services.keyRotation.reset({})).toMatchObject({ replaced: 4 })
  await after.api.as(granted.access_token).get(members).expect(401)
  const shown = await after.api.as(bearer).get(`${APP_TOKENS}/${laptop.token.uuid}`).expect(200)
  await after.api.login('$app', laptop.token.token_code).expect(401)
  await after.api.login('$app', shown.body.token.token_code).expect(200)
  const { body: told } = await after.api.as(bearer).get(`${WEBHOOKS}/${webhook.id}`).expect(200)
  expect(told.previous_secret_until).toBeNull()
  await after.api.as(bearer).post(`${WEBHOOKS}/${webhook.id}/secret`).expect(200)
  const { body } = await after.api.as(bearer).get('/api/v1/organization/acme/logs')
  expect(body.logs.slice(1, 4)).toMatchObject([
    { kind: 'rotate_webhook_secret', metadata: { webhook: webhook.id } },
    { kind: 'reset_application_client_secret', metadata: { client_id: ci.client_id } },
    { kind: 'regenerate_robot_token', metadata: { robot: 'bot' } },
  ])
  await after.close()
  await lost.drop()
})

/** The row of a secret, by SQL, and what shows or reads that. */
type Sealed = [
  what: string,
  table: string,
  columns: string,
  make: (name: string) => Promise<{ row: string; read: () => Test }>,
]

const client = () => stage.api.as(token)
const ROBOTS = '/api/v1/user/robots'

it.each<Sealed>([
  [
    'application',
    'oauth_applications',
    'secret_key_id, secret_sealed',
    async (name) => {
      const { client_id: id } = (await client().post(APPLICATIONS, { name }).expect(200)).body
      return { row: `client_id = '${id}'`, read: () => client().get(`${APPLICATIONS}/${id}`) }
    },
  ],
  [
    'app specific token',
    'app_tokens',
    'seal_key_id, sealed',
    async (title) => {
      const { uuid } = (await client().post(APP_TOKENS, { title }).expect(200)).body.token
      return { row: `id = '${uuid}'`, read: () => client().get(`${APP_TOKENS}/${uuid}`) }
    },
  ],
  [
    'robot',
    'robot_secrets',
    'seal_key_id, sealed',
    async (name) => {
      await client().put(`${ROBOTS}/${name}`).expect(200)
      const { secrets } = (await client().get(`${ROBOTS}/${name}/secrets`).expect(200)).body
      return { row: `id = '${secrets[0].id}'`, read: () => client().get(`${ROBOTS}/${name}`) }
    },
  ],
  [
    'webhook',
    'webhooks',
    'secret_key_id, secret_sealed',
    async () => {
      const { id } = (await client().post(WEBHOOKS, WEBHOOK).expect(201)).body
      return { row: `id = '${id}'`, read: () => client().post(`${WEBHOOKS}/${id}/secret`) }
    },
  ],
])('opens a sealed secret in its own row only: %s', async (_, table, columns, make) => {
  const [one, two] = [await make('one'), await make('two')]
  await stage.db.$executeRawUnsafe(
    `UPDATE ${table} SET (${columns}) = (SELECT ${columns} FROM ${table} WHERE ${one.row}) WHERE ${two.row}`,
  )
  expect((await two.read()).status).toBe(500)
  expect((await one.read()).status).toBe(200)
})
