import { afterAll, beforeAll, expect, it } from 'vitest'
import { shapeA } from '../helpers/api.ts'
import type { TestService } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

let stage: Stage
let unusedToken: string
let robotToken: string
let robotApiToken: string
let now = Date.now()

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: () => new Date(now) } })
  await stage.people('alice')
  robotToken = await stage.robot('alice+ci')
  unusedToken = await stage.token('alice', ['user:admin'], 60 * 86_400)
  robotApiToken = await stage.robotToken('alice+ci', ['user:read'])
  await stage.services.signingKeys.certify() // as a start does
  await makeReadOnly(stage)
})

afterAll(() => stage.close())

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
  const { api } = stage
  await api.as().get('/ready').expect(200)
  const { body } = await api.as(unusedToken).get('/api/v1/user/robots/ci').expect(200)
  expect(body.token).toBe(robotToken)
  await api.login('alice+ci', robotToken).expect(200)
  await api.as(robotApiToken).get('/api/v1/user/').expect(200)
})

it('tokens are signed on by a key that is due to be replaced', async () => {
  now += 31 * 86_400_000
  await stage.api.login('alice+ci', robotToken).expect(200)
})

it('keys that have ended are no hindrance, though they cannot be deleted', async () => {
  let time = Date.now()
  const other = await startStage({ surroundings: { clock: () => new Date(time) } })
  await other.people('alice')
  const password = await other.robot('alice+ci')
  await other.services.signingKeys.certify()
  await other.services.keyRotation.rotate({})
  await makeReadOnly(other)
  time += 86_400_000
  await other.api.login('alice+ci', password).expect(200)
  const { body } = await other.api.as().get('/.well-known/jwks.json').expect(200)
  expect(body.keys).toHaveLength(1)
  await other.close()
})

it('what changes something is answered 503, and can be tried again', async () => {
  const { api } = stage
  const { status, body, headers } = await api.as(unusedToken).put('/api/v1/user/robots/new')
  const words = 'The database takes no changes for now'
  expect([status, body]).toEqual([503, shapeA(stage.url, 503, 'unavailable', words)])
  expect(headers['retry-after']).toBe('5')
})

it('a first key that was not certified before signs, but nothing for registries', async () => {
  const young = await startStage()
  await young.people('alice')
  const password = await young.robot('alice+ci')
  await young.services.signingKeys.jwks()
  await makeReadOnly(young)
  const { status, headers } = await young.api.login('alice+ci', password)
  expect([status, headers['retry-after']]).toEqual([503, '30'])
  await expect(young.services.signingKeys.sign({ typ: 'JWT' }, {})).resolves.toBeDefined()
  await young.close()
})
