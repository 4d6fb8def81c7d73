import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Api, apiError, apiOf, basic, bearer, shapeA } from '../helpers/api.ts'
import { exchangeOf } from '../helpers/federation.ts'
import { startService, type TestService } from '../helpers/service.ts'
import { startWithoutDatabase } from './without-database.ts'

let service: TestService
let anybody: ReturnType<Api['as']>

beforeAll(async () => {
  service = await startService()
  anybody = apiOf(service.url).as()
})

afterAll(() => service.close())

describe('the health of the service', () => {
  it.each([
    ['/health/instance', { auth: true, database: true, service_key: true }],
    ['/health/endtoend', { auth: true, database: true }],
  ])('is told at %s, never from a cache', async (path, services) => {
    const { status, body, headers } = await anybody.get(path)

    expect([status, body]).toEqual([200, { data: { services }, status_code: 200 }])
    expect(headers['cache-control']).toBe('no-store')
  })

  it('is good again as soon as the database is', async () => {
    const paths = ['/health/instance', '/health/endtoend', '/ready']
    const ask = async () =>
      (await Promise.all(paths.map((path) => anybody.get(path)))).map(statusOf)
    const broken = vi.spyOn(pg.Pool.prototype, 'connect').mockImplementation(failed)
    onTestFinished(() => broken.mockRestore())
    expect(await ask()).toEqual([503, 503, 503])
    broken.mockRestore()
    expect(await ask()).toEqual([200, 200, 200])
  })
})

const statusOf = ({ status }: { status: number }) => status

type Connected = Parameters<pg.Pool['connect']>[0]
const failed = (done: Connected) => done(new Error('out of order'), undefined, () => {})

describe('without a database', () => {
  let crippled: TestService

  beforeAll(async () => {
    crippled = await startWithoutDatabase('postgresql://nobody:pw-of-db@127.0.0.1:1/none')
  })

  afterAll(() => crippled.close())

  it.each([
    ['/health/instance', { auth: false, database: false, service_key: false }],
    ['/health/endtoend', { auth: false, database: false }],
  ])('%s says what does not work, with 503', async (path, services) => {
    const { status, body } = await apiOf(crippled.url).as().get(path)
    expect([status, body]).toEqual([503, { data: { services }, status_code: 503 }])
  })

  it('every protocol answers 503 in its own words, says when to come again and no more', async () => {
    const api = apiOf(crippled.url)
    const words = 'The database cannot be reached'
    const answers = [
      [
        await api.as('x'.repeat(40)).get('/api/v1/user/robots'),
        shapeA(crippled.url, 503, 'unavailable', words),
      ],
      [
        await api.as().get('/api/v1/organization/acme'),
        shapeA(crippled.url, 503, 'unavailable', words),
      ],
      [
        await api.as().get('/.well-known/jwks.json'),
        shapeA(crippled.url, 503, 'unavailable', words),
      ],
      [
        await api.login('alice+bot', 'x'),
        { errors: [{ code: 'UNAVAILABLE', detail: {}, message: words }] },
      ],
      [await exchangeOf(crippled.url).call(basic('alice+bot', 'x')), { error: words }],
    ] as const

    for (const [{ status, body, headers }, error] of answers) {
      expect([status, body]).toEqual([503, error])
      expect(headers['retry-after']).toMatch(/^[1-9]\d*$/)
    }
  })

  it('what needs none still works', async () => {
    const api = apiOf(crippled.url).as()
    expect((await api.get('/api/v1/user/robots')).body).toEqual(
      apiError(crippled.url, 'invalid_token'),
    )
    expect((await api.get('/api/v1/discovery')).status).toBe(200)
    expect((await api.get('/api/v1/error/not_found')).status).toBe(200)
  })
})

describe('the OpenAPI document', () => {
  it('is the same at both addresses, and describes all published operations', async () => {
    const { status, body } = await anybody.get('/openapi.json')
    const discovery = await anybody.get('/api/v1/discovery')

    expect([status, discovery.status]).toEqual([200, 200])
    expect(discovery.body).toEqual(body)
    expect(body).toMatchObject({ openapi: '3.1.0', servers: [{ url: service.url }] })
    const operations = Object.values(
      body.paths as Record<string, Record<string, { operationId: string }>>,
    )
      .flatMap((methods) => Object.values(methods))
      .map(({ operationId }) => operationId)
    expect(operations).toEqual(expect.arrayContaining(PUBLISHED))
    expect(new Set(operations).size).toBe(operations.length)
  })
})

const PUBLISHED = [
  ...[
    'getUserRobots',
    'getOrgRobotPermissions',
    'regenerateOrgRobotToken',
    'getUserRobotPermissions',
  ],
  ...[
    'regenerateUserRobotToken',
    'getOrgRobot',
    'createOrgRobot',
    'deleteOrgRobot',
    'getOrgRobots',
  ],
  ...['getUserRobot', 'createUserRobot', 'deleteUserRobot', 'createOrgRobotFederation'],
]

describe('the documentation page', () => {
  it('is HTML that loads files of the service only', async () => {
    const page = await anybody.get('/docs').redirects(3)
    expect(page.status).toBe(200)
    expect(page.headers['content-type']).toContain('text/html')

    const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, link]) => link as string,
    )
    expect(links.length).toBeGreaterThan(3)
    for (const link of links) {
      const url = new URL(link, `${service.url}/docs/`)
      expect(url.origin, link).toBe(service.url)
      expect((await anybody.get(url.pathname)).status, link).toBe(200)
    }
    const policy = page.headers['content-security-policy'] as string
    expect(policy).toContain("default-src 'self'")
    expect(policy).not.toMatch(/https?:\/\//)
  })
})

describe('the address in an error', () => {
  it.each([
    ...['invalid_request', 'invalid_token', 'insufficient_scope', 'not_found', 'unavailable'],
    ...[
      'method_not_allowed',
      'precondition_failed',
      'request_too_large',
      'unsupported_media_type',
      'rate_limited',
      'internal_error',
    ],
    // Quay's further ones: endpoints/exception.py of its source.
    ...['expired_token', 'fresh_login_required', 'exceeds_license', 'invalid_response'],
    ...['external_service_timeout', 'downstream_issue', 'tag_immutable', 'token_rotation_failed'],
  ])('explains %s', async (type) => {
    const { status, body } = await anybody.get(`/api/v1/error/${type}`)
    expect([status, body]).toEqual([
      200,
      {
        type: `${service.url}/api/v1/error/${type}`,
        title: type,
        description: expect.stringMatching(/\w+ \w+.*\.$/),
      },
    ])
  })
})

describe('the signing keys', () => {
  it('are public, and nothing private is among them', async () => {
    const { status, body, headers } = await anybody.get('/.well-known/jwks.json')

    expect([status, body]).toEqual([
      200,
      {
        keys: [
          {
            ...{ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' },
            ...{ kid: expect.any(String), x: expect.any(String), y: expect.any(String) },
          },
        ],
      },
    ])
    expect(headers['cache-control']).toBe('public, max-age=60')
    expect((await anybody.get('/.well-known/jwks.json').set(bearer('x'))).status).toBe(200)
  })
})
