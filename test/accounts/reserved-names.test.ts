import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reservedNames } from '../../src/domain/reserved-names.ts'
import { apiOf, invalidRequest, shapeA } from '../helpers/api.ts'
import { PASSWORD, startService } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

let stage: Stage
let root: string
let alice: string

beforeAll(async () => {
  stage = await startStage({
    config: {
      registryService: 'Robots.test:8443',
      registryHost: 'registry.test:5000',
      names: { reserved: ['status', 'my-team'], organizationCreation: 'anyone' },
    },
  })
  await stage.superusers('root')
  await stage.people('alice')
  await stage.organization('acme')
  root = await stage.token('root', ['super:user', 'user:admin'])
  alice = await stage.token('alice', ['user:admin', 'org:admin'])
})
afterAll(() => stage?.close())

const NAMES = [
  'library',
  'v2',
  'api',
  'catalog',
  'robots.test',
  'registry.test',
  'status',
  'my-team',
]
const REASON = 'The name is reserved: choose another one'

describe.each(NAMES)('the reserved name %s', (name) => {
  it('is no name of a new account', async () => {
    const [asRoot, asAlice] = [stage.api.as(root), stage.api.as(alice)]
    const organization = await asAlice.post('/api/v1/organization/', { name }).expect(400)
    expect(organization.body).toEqual(
      invalidRequest(stage.url, `Invalid namespace ${name}: ${REASON}`),
    )
    const user = await asRoot.post('/api/v1/superuser/users/', { username: name }).expect(400)
    expect(user.body).toEqual({ message: `Invalid namespace ${name}: ${REASON}` })
    const path = '/api/v1/superuser/organizations/acme'
    const renamed = await asRoot.put(path, { name }).expect(400)
    expect(renamed.body).toEqual({ message: `Invalid username ${name}: ${REASON}` })
    const { users } = stage.services
    const first = { username: name, password: PASSWORD, superuser: true }
    await expect(users.create(first, {})).rejects.toThrow(REASON)
  })

  it.each(['upper', 'mixed'])('is refused in %s case, too', async (letters) => {
    const spelt =
      letters === 'upper' ? name.toUpperCase() : `${name[0]?.toUpperCase()}${name.slice(1)}`
    const client = stage.api.as(alice)
    await client.post('/api/v1/organization/', { name: spelt }).expect(400)
  })
})

it('leaves names alone that only look alike', async () => {
  const client = stage.api.as(alice)
  for (const name of ['libraries', 'v3', 'api-2', 'robots-test', 'test', 'registry']) {
    await client.post('/api/v1/organization/', { name }).expect(201)
  }
})

it('lets an account that is called so already go on working, and names it', async () => {
  await stage.organization('older')
  await stage.db.namespace.update({ where: { name: 'older' }, data: { name: 'catalog' } })
  const client = stage.api.as(alice)
  await client.put('/api/v1/organization/catalog/robots/ci').expect(201)
  expect(await stage.services.accountNames.reservedInUse()).toEqual(['catalog'])
})

it('reserves hosts with and without their port, whatever their letters', () => {
  const hosts = { registryService: 'A.example', registryHost: 'b.example:5000', reserved: [] }
  expect([...reservedNames(hosts)]).toEqual(
    expect.arrayContaining(['a.example', 'b.example', 'b.example:5000', '_catalog']),
  )
})

it('leaves organizations to superusers where the operator wants that', async () => {
  const names = { reserved: [], organizationCreation: 'superusers' } as const
  const strict = await startService({
    database: stage.database,
    config: { names: { ...names, reserved: [] } },
  })
  const { body } = await apiOf(strict.url)
    .as(alice)
    .post('/api/v1/organization/', { name: 'mine' })
    .expect(403)
  const words = 'Only superusers may create organizations here: ask one of them'
  expect(body).toEqual(shapeA(strict.url, 403, 'insufficient_scope', words))
  await apiOf(strict.url).as(root).post('/api/v1/organization/', { name: 'mine' }).expect(201)
  const owner = await strict.services.users.find('alice')
  await strict.services.organizations.create(
    { name: 'theirs', email: undefined },
    owner?.id ?? '',
    {},
  )
  await strict.close()
})
