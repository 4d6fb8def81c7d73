import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { apiError, basic, bearer, invalidRequest } from '../helpers/api.ts'
import { send } from '../helpers/raw-http.ts'
import { snapshot } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

let stage: Stage
let authorization: Record<string, string>
/** Of a token that reaches all lists. */
let ofEverything: Record<string, string>
let before: Awaited<ReturnType<typeof snapshot>>

beforeAll(async () => {
  stage = await startStage()
  await stage.superusers('alice')
  await stage.organization('acme')
  authorization = bearer(await stage.token('alice', ['user:admin', 'org:admin']))
  ofEverything = bearer(await stage.token('alice', ['org:admin', 'repo:read', 'super:user']))
  before = await snapshot(stage.db)
})

afterEach(async () => {
  expect(await snapshot(stage.db)).toEqual(before)
})

afterAll(() => stage.close())

const get = (path: string, headers: Record<string, string> = authorization) =>
  send(stage.url, { path, headers })

describe('a path', () => {
  it.each(['%zz', '%', '%f', '%ff', '%ED%A0%80', '%C0%80', 'a%E2%82'])(
    'that cannot be decoded is a bad request: %s',
    async (segment) => {
      for (const path of [
        `/api/v1/user/robots/${segment}`,
        `/api/v1/organization/${segment}/robots`,
        `/api/v1/organization/${segment}`,
        `/nothing/${segment}`,
      ]) {
        const { status, body } = await get(path)
        expect([status, body], path).toEqual([400, invalidRequest(stage.url)])
      }
    },
  )

  it.each([
    '%00',
    'a%00b',
    '%0A',
    'acme%0A',
    '%2F',
    'acme%2Frobots',
    '%25',
    '..',
    '%2e%2e',
    'ACME',
  ])('names nothing with %s', async (segment) => {
    const robot = await get(`/api/v1/user/robots/${segment}`)
    const robots = await get(`/api/v1/organization/${segment}/robots`)
    const organization = await get(`/api/v1/organization/${segment}`)

    expect([robot.status, organization.status]).toEqual([404, 404])
    expect([robots.status, robots.body]).toEqual([403, apiError(stage.url, 'insufficient_scope')])
    expect(robot.body).toEqual(apiError(stage.url, 'not_found'))
    expect(organization.body).toEqual(apiError(stage.url, 'not_found'))
  })

  it.each(['%00', '__proto__', 'constructor', 'toString', 'none'])(
    'explains no error type %s',
    async (type) => {
      const { status, body } = await get(`/api/v1/error/${type}`)
      expect([status, body]).toEqual([404, apiError(stage.url, 'not_found')])
    },
  )

  it.each([256, 8192, 10_000, 15_000])('of a name of %i characters is refused', async (length) => {
    const { status, body } = await send(stage.url, {
      method: 'PUT',
      path: `/api/v1/user/robots/${'x'.repeat(length)}`,
      headers: authorization,
    })
    expect([status, body]).toEqual([400, invalidRequest(stage.url)])
  })

  it.each([
    '/docs/static/..%2f..%2f..%2fpackage.json',
    '/docs/static/../../package.json',
    '/docs/static/%00',
  ])('leads to no file outside the documentation: %s', async (path) => {
    const { status, text } = await get(path)
    expect([400, 404]).toContain(status)
    expect(text).not.toContain('dependencies')
  })
})

describe('a query', () => {
  it.each(['limit=%00', 'limit=%ff', 'next_page=%00', 'next_page=%ff', 'next_page=YQBi'])(
    'is refused: %s',
    async (query) => {
      const { status, body } = await get(`/api/v1/user/robots?${query}`)
      expect([status, body]).toEqual([400, invalidRequest(stage.url)])
    },
  )

  it.each([
    '/api/v1/organization/acme/teams?q=',
    '/api/v1/organization/acme/access?q=',
    '/api/v1/organization/acme/access?repository_q=',
    '/api/v1/organization/acme/access?repository=',
    '/api/v1/repository?namespace=acme&q=',
    '/api/v1/superuser/users/?q=',
    '/api/v1/superuser/organizations/?q=',
  ])('is refused where it looks for what nothing can be called: %s', async (path) => {
    const { status, body } = await get(`${path}a%00b`, ofEverything)
    expect([status, body]).toEqual([400, invalidRequest(stage.url)])
  })

  it.each([
    Array.from({ length: 1000 }, (_, i) => `a${i}=1`).join('&'),
    'token=false&'.repeat(1000),
    '__proto__=1&constructor=2&toString=3',
    '&&&==&%zz=%zz&?',
    'a[b]=1&a[]=2&a.b=3',
  ])('with much that nobody asked for is served: %#', async (query) => {
    const { status, body } = await get(`/api/v1/user/robots?${query}`)
    expect([status, body]).toEqual([200, { robots: [] }])
  })
})

describe('a header', () => {
  it.each([
    'x',
    'x'.repeat(39),
    'x'.repeat(41),
    'x'.repeat(10_000),
    '\u00ff',
    '',
    ' ',
    '%00',
    'null',
  ])('with a token that is none is refused: %#', async (token) => {
    const { status, body } = await get('/api/v1/user/robots', { authorization: `Bearer ${token}` })
    expect([status, body]).toEqual([401, apiError(stage.url, 'invalid_token')])
  })

  it.each([
    'ali\0ce',
    'alice+b\0t',
    'alice+\ud83e',
    '',
    '+',
    ':',
    'x'.repeat(5000),
    '$oauthtoken',
    '$app',
  ])('with Basic credentials of nobody is refused at both token endpoints: %j', async (user) => {
    const registry = await get('/v2/auth', basic(user, 'p\0'))
    const exchange = await get('/oauth2/federation/robot/token', basic(user, 'p\0'))

    expect([registry.status, registry.body]).toEqual([
      401,
      { errors: [{ code: 'UNAUTHORIZED', detail: {}, message: expect.any(String) }] },
    ])
    expect([exchange.status, exchange.body]).toEqual([401, { error: expect.any(String) }])
  })

  it.each([
    'repository:acme/a%00:pull',
    'repository:acme/web',
    'repository:Acme/Web:pull',
    '%00',
    '%ff',
  ])(
    'of a user with a scope that cannot be read gets the error of registries: %s',
    async (scope) => {
      const { status, body } = await get(`/v2/auth?scope=${scope}`, basic('alice', 'password'))
      expect([status, body]).toEqual([
        400,
        { errors: [{ code: expect.any(String), detail: {}, message: expect.any(String) }] },
      ])
    },
  )
})
