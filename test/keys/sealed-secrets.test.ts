import { afterAll, beforeAll, expect, it } from 'vitest'
import { apiOf } from '../helpers/api.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'
import { startService, TEST_SECRET_KEY, type TestService } from '../helpers/service.ts'

const APPLICATIONS = '/api/v1/organization/acme/applications'
const APP_TOKENS = '/api/v1/user/apptoken'
const NEW_KEY = Buffer.from('9vJm3Q0yXqC8a1tZ5uWk7RsEoPdLhGfB2nKxVwYiTzA=', 'base64')

let database: TestDatabase
let service: TestService
let token: string

beforeAll(async () => {
  database = await createTestDatabase()
  service = await startService({ database })
  await service.createUser('alice')
  await service.createOrganization('acme', 'alice')
  token = await service.token('alice', ['org:admin', 'user:admin'])
})

afterAll(async () => {
  await service.close()
  await database.drop()
})

it('shows client secrets and app-specific tokens after the previous key was dropped', async () => {
  const alice = apiOf(service.url).as(token)
  const { body: application } = await alice.post(APPLICATIONS, { name: 'ci' })
  const { body: appToken } = await alice.post(APP_TOKENS, { title: 'laptop' })
  await alice.put('/api/v1/user/robots/bot')
  await service.close()

  const both = { secretKey: NEW_KEY, previousSecretKeys: [TEST_SECRET_KEY] }
  service = await startService({ database, config: both })
  expect(await service.services.keyRotation.rotate({})).toMatchObject({ resealed: 3 })
  expect(await service.services.keyRotation.rotate({})).toMatchObject({ resealed: 0 })
  await service.close()

  service = await startService({ database, config: { secretKey: NEW_KEY } })
  const after = apiOf(service.url).as(token)
  expect((await after.get(`${APPLICATIONS}/${application.client_id}`)).body).toEqual(application)
  expect((await after.get(`${APP_TOKENS}/${appToken.token.uuid}`)).body).toEqual(appToken)
  await apiOf(service.url).login('$app', appToken.token.token_code).expect(200)
})

it('replaces what was sealed with a lost key, ends what came of it, and tells the owners', async () => {
  const lost = await createTestDatabase()
  const before = await startService({ database: lost })
  await before.createUser('alice')
  await before.createOrganization('acme', 'alice')
  const bearer = await before.token('alice', ['org:admin', 'user:admin'])
  const alice = apiOf(before.url).as(bearer)
  await alice.put('/api/v1/organization/acme/robots/bot').expect(201)
  const scopes = ['org:admin']
  const { body: ci } = await alice.post(APPLICATIONS, { name: 'ci', scopes })
  const { body: granted } = await apiOf(before.url)
    .call('post', '/oauth/token')
    .auth(ci.client_id, ci.client_secret)
    .type('form')
    .send({ grant_type: 'client_credentials' })
    .expect(200)
  const members = '/api/v1/organization/acme/members'
  await apiOf(before.url).as(granted.access_token).get(members).expect(200)
  await before.close()

  const after = await startService({ database: lost, config: { secretKey: NEW_KEY } })
  expect(await after.services.keyRotation.reset({})).toMatchObject({ replaced: 2 })
  await apiOf(after.url).as(granted.access_token).get(members).expect(401)
  const { body } = await apiOf(after.url).as(bearer).get('/api/v1/organization/acme/logs')
  expect(body.logs.slice(0, 2)).toMatchObject([
    { kind: 'reset_application_client_secret', metadata: { client_id: ci.client_id } },
    { kind: 'regenerate_robot_token', metadata: { robot: 'bot' } },
  ])
  await after.close()
  await lost.drop()
})

it('opens a sealed secret in its own row only', async () => {
  const alice = apiOf(service.url).as(token)
  const { body: one } = await alice.post(APPLICATIONS, { name: 'one' })
  const { body: two } = await alice.post(APPLICATIONS, { name: 'two' })
  const where = { clientId: one.client_id }
  const { secretKeyId, secretSealed } = await service.db.oAuthApplication.findUniqueOrThrow({
    where,
  })
  await service.db.oAuthApplication.update({
    where: { clientId: two.client_id },
    data: { secretKeyId, secretSealed },
  })
  const call = apiOf(service.url)
    .call('post', '/oauth/token')
    .auth(two.client_id, one.client_secret)
  await call.type('form').send({ grant_type: 'client_credentials' }).expect(500)
})
