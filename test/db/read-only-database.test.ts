import { afterAll, beforeAll, expect, it } from 'vitest'
import { apiOf, shapeA } from '../helpers/api.ts'
import { startService, type TestService } from '../helpers/service.ts'

let service: TestService
let unusedToken: string
let robotToken: string
let now = Date.now()

beforeAll(async () => {
  service = await startService({ surroundings: { clock: () => new Date(now) } })
  await service.createUser('alice')
  const token = await service.token('alice', ['user:admin'])
  const { body } = await apiOf(service.url).as(token).put('/api/v1/user/robots/ci').expect(200)
  robotToken = body.token
  unusedToken = await service.token('alice', ['user:admin'], 60 * 86_400)
  await service.services.signingKeys.certify() // as a start does
  await makeReadOnly(service)
})

afterAll(() => service.close())

/** As a standby is, for all connections of the service: those there are, and those to come. */
async function makeReadOnly({ db, database }: TestService) {
  if (database.database.engine === 'pglite') {
    await db.$executeRawUnsafe('SET default_transaction_read_only = on')
    return
  }
  const [row] = await db.$queryRawUnsafe<{ name: string }[]>('SELECT current_database() AS name')
  await db.$executeRawUnsafe(`ALTER DATABASE ${row?.name} SET default_transaction_read_only = on`)
  await db
    .$queryRawUnsafe(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()',
    )
    .catch(() => undefined) // it ends its own connection, too
}

it('what only reads is served, also to credentials that were not used before', async () => {
  const api = apiOf(service.url)
  await api.as().get('/ready').expect(200)
  const { body } = await api.as(unusedToken).get('/api/v1/user/robots/ci').expect(200)
  expect(body.token).toBe(robotToken)
  await api.login('alice+ci', robotToken).expect(200)
})

it('tokens are signed on by a key that is due to be replaced', async () => {
  now += 31 * 86_400_000
  await apiOf(service.url).login('alice+ci', robotToken).expect(200)
})

it('what changes something is answered 503, and can be tried again', async () => {
  const api = apiOf(service.url)
  const { status, body, headers } = await api.as(unusedToken).put('/api/v1/user/robots/new')
  const words = 'The database takes no changes for now'
  expect([status, body]).toEqual([503, shapeA(service.url, 503, 'unavailable', words)])
  expect(headers['retry-after']).toBe('5')
})

it('a first key that was not certified before signs, but nothing for registries', async () => {
  const young = await startService()
  await young.createUser('alice')
  const token = await young.token('alice', ['user:admin'])
  const api = apiOf(young.url)
  const { body } = await api.as(token).put('/api/v1/user/robots/ci').expect(200)
  await young.services.signingKeys.jwks()
  await makeReadOnly(young)
  const { status, headers } = await api.login('alice+ci', body.token)
  expect([status, headers['retry-after']]).toEqual([503, '30'])
  await expect(young.services.signingKeys.sign({ typ: 'JWT' }, {})).resolves.toBeDefined()
  await young.close()
})
