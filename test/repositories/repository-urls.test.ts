import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiError, bearer } from '../helpers/api.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { NOT_BUILT } from './not-built.ts'

let stage: Stage
let token: string

const NAMES = ['web', 'team/app', 'a/b/c/d', 'permissions', 'logs', 'permissions/user']

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice', 'logs', 'transitive')
  await stage.organization('acme')
  await stage.team('acme', { name: 'logs', role: 'member' })
  token = await stage.token('alice', ['repo:admin', 'repo:create', 'org:admin'])
  for (const repository of NAMES) {
    const body = { namespace: 'acme', repository, visibility: 'private', description: '' }
    await stage.api.as(token).post('/api/v1/repository', body).expect(201)
  }
})
afterAll(() => stage.close())

const get = (path: string) => stage.api.as(token).get(`/api/v1/repository${path}`)

describe('the name of a repository in a path', () => {
  it.each(NAMES)('may be nested, encoded, or look like an operation: %s', async (name) => {
    for (const path of [`acme/${name}`, `acme/${name}`.replaceAll('/', '%2F'), `acme%2f${name}`]) {
      const { body } = await get(`/${path}`).expect(200)
      expect(body).toMatchObject({ namespace: 'acme', name })
    }
  })

  it.each(NAMES)('is told from what follows it: %s', async (name) => {
    const encoded = `acme%2F${name.replaceAll('/', '%2F')}`
    for (const path of [`acme/${name}`, encoded]) {
      const alice = { role: 'admin', name: 'alice', is_org_member: true }
      for (const list of ['user', 'user/', 'user?x=/permissions/team', 'user/?x']) {
        const { body } = await get(`/${path}/permissions/${list}`).expect(200)
        expect(body.permissions).toMatchObject({ alice })
      }
      expect((await get(`/${path}/permissions/user/alice`).expect(200)).body).toMatchObject(alice)
      expect((await get(`/${path}/permissions/user/alice/transitive`).expect(200)).body).toEqual({
        permissions: [{ role: 'admin' }],
      })
      expect((await get(`/${path}/permissions/team/`).expect(200)).body).toEqual({
        permissions: {},
      })
    }
  })

  it('ends before an operation, unless it is encoded as a whole', async () => {
    const body = { namespace: 'acme', visibility: 'private', description: '' }
    const repository = 'web/permissions/user'
    await stage.api
      .as(token)
      .post('/api/v1/repository', { ...body, repository })
      .expect(201)
    expect((await get(`/acme/${repository}`).expect(200)).body).toHaveProperty('permissions')
    const encoded = `acme/${repository}`.replaceAll('/', '%2F')
    expect((await get(`/${encoded}`).expect(200)).body).toMatchObject({ name: repository })
    await stage.api.as(token).delete(`/api/v1/repository/${encoded}`).expect(204)
    await get('/acme/web').expect(200)
  })

  it('may be followed by the name of a user or team that is called like an operation', async () => {
    const role = { role: 'read' }
    for (const [path, name] of [
      ['user/logs', 'logs'],
      ['user/transitive', 'transitive'],
      ['team/logs', 'logs'],
    ]) {
      const url = `/api/v1/repository/acme/web/permissions/${path}`
      const { body } = await stage.api.as(token).put(url, role).expect(200)
      expect(body).toMatchObject({ ...role, name })
      await stage.api.as(token).delete(url).expect(204)
    }
  })

  it('changes the repository that it names and no other', async () => {
    const url = '/api/v1/repository/acme/permissions/user'
    await stage.api.as(token).put(url, { description: 'named permissions/user' }).expect(200)
    await stage.api.as(token).post(`${url}/changevisibility`, { visibility: 'public' }).expect(200)
    const { body } = await stage.api.as(token).get('/api/v1/repository?namespace=acme').expect(200)
    const changed = body.repositories.filter(
      (repository: { is_public: boolean; description: string }) =>
        repository.is_public || repository.description !== '',
    )
    expect(changed).toMatchObject([{ name: 'permissions/user', is_public: true }])
  })

  it.each([
    '/acme%252Fweb',
    '/acme%252Fweb/permissions/user/',
    '/acme/..%2Fweb',
    '/acme/web%00',
    '/acme/Web',
    '/acme/web%20',
    '/acme/%2Fweb',
    '/acme//web',
    '/acme',
    '/acme/',
    '/%2F',
    `/acme/${'x'.repeat(256)}`,
    `/acme/${'x/'.repeat(200)}x`,
  ])('is nobody’s where no repository can have it: %s', async (path) => {
    const { status, body } = await get(path)
    expect([403, 404]).toContain(status)
    const type = status === 403 ? 'insufficient_scope' : 'not_found'
    expect(body).toEqual(apiError(stage.url, type))
  })

  it('has a namespace before it: else the path is about the repository of that name', async () => {
    const { status, body, headers } = await stage.api
      .as(token)
      .post('/api/v1/repository/acme/changevisibility', { visibility: 'public' })
    expect([status, headers.allow]).toEqual([405, 'DELETE, GET, HEAD, PUT'])
    expect(body.error_type).toBe('method_not_allowed')
  })

  it('is the list where there is none', async () => {
    for (const path of ['?namespace=acme', '/?namespace=acme']) {
      const { body } = await get(path).expect(200)
      expect(body.repositories).toHaveLength(NAMES.length)
    }
  })
})

describe('an operation of Quay that is not built', () => {
  const paths = ['acme/web', 'acme/team/app', 'acme%2Fteam%2Fapp', 'acme/nothing', 'other/web']
    .flatMap((name) => NOT_BUILT.map((operation) => `${name}/${operation}`))
    .concat('mirror/health')

  it('is not found, by any method, and is no repository of that name', async () => {
    for (const path of paths) {
      for (const method of ['get', 'post', 'put', 'delete', 'patch'] as const) {
        for (const headers of [{}, bearer(token)]) {
          const url = `/api/v1/repository/${path}`
          const { status, body } = await request(stage.url)[method](url).set(headers)
          expect([status, body], `${method} ${path}`).toEqual([
            404,
            apiError(stage.url, 'not_found'),
          ])
        }
      }
    }
  })

  it('leaves a repository that ends like one within reach, encoded as a whole', async () => {
    const body = { namespace: 'acme', visibility: 'private', description: '' }
    for (const repository of ['ci/build', 'web/tag/latest', 'team/mirror']) {
      await stage.api
        .as(token)
        .post('/api/v1/repository', { ...body, repository })
        .expect(201)
      const url = `/acme%2F${repository.replaceAll('/', '%2F')}`
      expect((await get(url).expect(200)).body).toMatchObject({ name: repository })
      expect((await get(`${url}/permissions/user/`)).status).toBe(200)
      await stage.api.as(token).delete(`/api/v1/repository${url}`).expect(204)
    }
  })

  it('takes no name that merely begins like one, or has nothing before it', async () => {
    const body = { namespace: 'acme', visibility: 'private', description: '' }
    for (const repository of ['team/builder', 'tag/app', 'build', 'team/build/app/web']) {
      await stage.api
        .as(token)
        .post('/api/v1/repository', { ...body, repository })
        .expect(201)
      expect((await get(`/acme/${repository}`).expect(200)).body).toMatchObject({
        name: repository,
      })
      await stage.api.as(token).delete(`/api/v1/repository/acme/${repository}`).expect(204)
    }
  })
})
