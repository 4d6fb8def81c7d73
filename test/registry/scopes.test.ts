import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { invalidRequest } from '../helpers/api.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

let stage: Stage
let password: string
let alice: string
beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice', 'bob')
  await stage.organization('acme')
  alice = await stage.token('alice', ['org:admin', 'repo:create', 'repo:admin'])
  password = await stage.robot('acme+ci')
  await stage.team('acme', { name: 'makers', role: 'creator', members: ['acme+ci'] })
  await stage.repository('acme/app', { robots: { 'acme+ci': 'write' } })
  await stage.repository('acme/old..name', { robots: { 'acme+ci': 'write' } })
})
afterAll(() => stage?.close())

const ask = (...scopes: string[]) => stage.api.login('acme+ci', password).query({ scope: scopes })
async function granted(...scopes: string[]) {
  const { body } = await ask(...scopes).expect(200)
  return decodeJwt<{ access: { name: string; actions: string[] }[] }>(body.token).access
}
const repositoryNames = async () =>
  (await stage.db.repository.findMany({ orderBy: { name: 'asc' } })).map(({ name }) => name)

const APP = { type: 'repository', name: 'acme/app', actions: ['pull'] }

describe('a scope that cannot be read', () => {
  it.each([
    'repository:acme/UPPER:pull',
    'repository:acme/app',
    'repository:acme/app:',
    'repository::pull',
    'repository:acme//app:pull',
    'repository:acme/a..b:pull',
    'repository:Acme/app:pull',
    ':acme/app:pull',
    `repository:acme/${'a'.repeat(251)}:pull,push`,
  ])('is left out among good ones, and refused alone: %s', async (scope) => {
    expect(await granted('repository:acme/app:pull', scope)).toEqual([APP])
    expect(await granted(scope, 'repository:acme/app:pull')).toEqual([APP])
    expect(await granted(`${scope} repository:acme/app:pull ${scope}`)).toEqual([APP])
    const { status, body } = await ask(scope)
    expect([status, body.errors[0].code]).toEqual([
      400,
      expect.stringMatching(/^(INVALID_REQUEST|NAME_INVALID)$/),
    ])
    await ask(scope, scope).expect(400)
  })

  it('spoils the request where it names no type of resource, as in Quay', async () => {
    const { body } = await ask('repository:acme/app:pull', 'nonsense').expect(400)
    expect(body.errors[0].message).toBe('Unable to decode repository and actions: nonsense')
  })
})

// OCI Distribution Specification 1.1, "Pulling manifests".
const GOOD = ['a', 'a.b', 'a_b', 'a__b', 'a-b', 'a--b', 'a---b', '0/1/2', 'a'.repeat(250)]
const ODD = ['a..b', 'a___b', 'a._b', 'a-_b', 'a.-b', '-a', 'a-', 'a/.b', 'a_/b', 'a'.repeat(251)]

describe('the name of a new repository', () => {
  it.each(GOOD)('may be %s, by a push and through the API', async (name) => {
    const [entry] = await granted(`repository:acme/${name}:push`)
    expect(entry).toEqual({ type: 'repository', name: `acme/${name}`, actions: ['push'] })
    const api = stage.api.as(alice)
    const body = { namespace: 'acme', visibility: 'private', description: '' }
    const repository = name.replace(/^./, 'b')
    await api.post('/api/v1/repository', { ...body, repository }).expect(201)
  })

  it.each(ODD)('is not %s, by a push or through the API', async (name) => {
    const before = await repositoryNames()
    const { body } = await ask(`repository:acme/${name}:push,pull`).expect(400)
    expect(body.errors).toEqual([
      { code: 'NAME_INVALID', detail: {}, message: `Invalid repository name: acme/${name}` },
    ])
    const answer = await stage.api.as(alice).post('/api/v1/repository', {
      ...{ namespace: 'acme', repository: name, visibility: 'private', description: '' },
    })
    expect([answer.status, answer.body]).toEqual([
      400,
      invalidRequest(stage.url, 'Invalid repository name'),
    ])
    expect(await repositoryNames()).toEqual(before)
  })
})

it('goes on with a repository whose name earlier versions took', async () => {
  const scope = 'repository:acme/old..name:push,pull'
  expect(await granted(scope)).toEqual([
    { type: 'repository', name: 'acme/old..name', actions: ['push', 'pull'] },
  ])
  const api = stage.api.as(alice)
  const path = '/api/v1/repository/acme/old..name'
  expect((await api.get(path).expect(200)).body.name).toBe('old..name')
  await api.put(path, { description: 'kept' }).expect(200)
  await api.delete(path).expect(204)
  await ask(scope).expect(400)
})
