import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiError, type Method } from '../helpers/api.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

let stage: Stage

const call = (method: Method, path: string, headers: Record<string, string> = {}) => {
  const test = request(stage.url)[method](path).set(headers).redirects(0)
  return method === 'get' || method === 'head' || method === 'options'
    ? test
    : test.set('content-type', 'application/json').send('{"malformed')
}

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  await stage.organization('acme')
  await stage.repository('acme/team/web')
})
afterAll(() => stage.close())

describe('requests', () => {
  it('are answered unknown paths with 404 of shape A, with and without a token', async () => {
    const token = await stage.token('alice', ['user:admin'])
    for (const path of [
      '/api',
      '/api/v1/robots',
      '/api/v1/user/robots/a/b/c',
      '/v3/',
      '/api/v2/user',
      '/api/v1/superuser',
      '/api/v1/entities',
      '/api/v1/organization/acme/team',
      '/api/v1/organization/acme/applications/ci/secret',
      '/oauth',
      '/oauth/authorize',
    ]) {
      for (const method of ['get', 'post', 'delete'] as const) {
        const anonymous = await call(method, path)
        const known = await call(method, path, { authorization: `Bearer ${token}` })
        expect([anonymous.status, known.status], `${method} ${path}`).toEqual([404, 404])
        expect(anonymous.body).toEqual(apiError(stage.url, 'not_found'))
        expect(known.body).toEqual(apiError(stage.url, 'not_found'))
      }
    }
  })

  it('are served with and without a trailing slash', async () => {
    const token = await stage.token('alice', ['user:admin', 'org:admin', 'repo:admin'])
    const paths = [
      '/user/robots',
      '/user',
      '/organization/nothing',
      '/discovery',
      '/error/not_found',
      '/user/apptoken',
      '/users/alice',
      '/entities/ali',
      '/organization/acme/prototypes',
      '/organization/acme/team/owners/members',
      '/repository/acme/team/web',
      '/repository/acme%2Fteam%2Fweb',
      '/repository/acme/team/web/permissions/user',
      '/repository/acme%2Fteam%2Fweb/permissions/team',
    ]
    for (const path of paths) {
      const [plain, slashed] = await Promise.all(
        ['', '/'].map((end) =>
          call('get', `/api/v1${path}${end}`, { authorization: `Bearer ${token}` }),
        ),
      )
      expect(plain?.status, path).toBe(path === '/organization/nothing' ? 404 : 200)
      expect([slashed?.status, slashed?.body], path).toEqual([plain?.status, plain?.body])
    }
  })

  it('are answered HEAD as GET without the body', async () => {
    const token = await stage.token('alice', ['user:admin'])
    for (const [path, headers] of [
      ['/api/v1/user/robots', { authorization: `Bearer ${token}` }],
      ['/api/v1/user/robots', {}],
      ['/health/instance', {}],
      ['/v2/auth', {}],
      ['/api/v1/repository/acme/team/web', { authorization: `Bearer ${token}` }],
      ['/api/v1/organization/acme', {}],
      ['/.well-known/oauth-authorization-server', {}],
    ] as const) {
      const [get, head] = [await call('get', path, headers), await call('head', path, headers)]
      expect(head.status, path).toBe(get.status)
      expect(head.headers['content-type']).toBe(get.headers['content-type'])
      expect(head.headers['content-length']).toBe(get.headers['content-length'])
      expect(head.text ?? '').toBe('')
    }
  })

  it('are answered OPTIONS of the API with 200, no body and the CORS headers of Quay, to anybody', async () => {
    for (const path of [
      '/api/v1/user/',
      '/api/v1/user/robots',
      '/api/v1/user/robots/ci',
      '/api/v1/organization/acme/robots/ci/federation',
      '/api/v1/discovery',
      '/api/v1/superuser/users/bob',
      '/api/v1/organization/acme/team/devs/members/acme+ci',
      '/api/v1/repository',
      '/api/v1/repository/acme/team/web',
      '/api/v1/repository/acme%2Fteam%2Fweb/permissions/user/bob',
    ]) {
      const { status, text, headers } = await call('options', path)
      expect([status, text], path).toEqual([200, ''])
      expect(headers).toMatchObject(CORS)
    }
  })

  it('are answered OPTIONS of /sts/token with 200, as by Quay, and of nothing else', async () => {
    const { status, text, headers } = await call('options', '/sts/token')
    expect([status, text, headers.allow]).toEqual([200, '', 'POST'])
    await call('options', '/v2/auth').expect(405)
  })

  it('are refused methods of other protocols like those of this one', async () => {
    for (const method of ['PROPFIND', 'MKCOL', 'QUERY']) {
      const response = await fetch(`${stage.url}/api/v1/user/robots`, { method })
      const answer = [response.status, response.headers.get('allow')]
      expect(answer, method).toEqual([405, 'GET, HEAD, POST'])
      expect((await fetch(`${stage.url}/api/v1/robots`, { method })).status, method).toBe(404)
    }
  })

  it('carry the CORS headers on every answer of the API, errors included', async () => {
    for (const path of [
      '/api/v1/discovery',
      '/api/v1/user/robots',
      '/api/v1/nothing',
      '/api/v1/repository/acme/nothing/permissions/user',
    ]) {
      expect((await call('get', path)).headers, path).toMatchObject(CORS)
    }
    expect((await call('patch', '/api/v1/user/robots')).headers).toMatchObject(CORS)
  })
})

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT',
  'access-control-max-age': '21600',
  'access-control-allow-headers': 'AUTHORIZATION, CONTENT-TYPE, IF-MATCH, X-REQUESTED-WITH',
  'access-control-expose-headers': 'ETAG',
}
