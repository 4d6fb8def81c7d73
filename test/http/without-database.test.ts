import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiError, apiOf, shapeA } from '../helpers/api.ts'
import { listQueries } from '../helpers/queries.ts'
import { startService, type TestService } from '../helpers/service.ts'
import { startWithoutDatabase } from './without-database.ts'

/** Of the right form, and of nobody. */
const TOKEN = 'x'.repeat(40)

/** What tells nothing that depends on the caller, with the status where there is a database, and where there is none. */
const CALLERLESS: [path: string, status: number, without: number][] = [
  ['/live', 200, 200],
  ['/ready', 200, 503],
  ['/health/instance', 200, 503],
  ['/health/endtoend', 200, 503],
  ['/openapi.json', 200, 200],
  ['/api/v1/discovery', 200, 200],
  ['/api/v1/error/not_found', 200, 200],
  ['/.well-known/oauth-authorization-server', 200, 200],
  ['/.well-known/jwks.json', 200, 503],
  ['/.well-known/registry-ca.pem', 200, 503],
  ['/docs', 200, 200],
  ['/metrics', 404, 404],
  ['/v2/', 401, 401],
  ['/nowhere', 404, 404],
]

describe('what needs no caller', () => {
  it('never asks the database who calls', async () => {
    const service = await startService()
    for (const [path, status] of CALLERLESS) {
      const queries = await listQueries(async () => {
        expect((await apiOf(service.url).as(TOKEN).get(path)).status, path).toBe(status)
      })
      expect(
        queries.filter((text) => text.includes('oauth_tokens')),
        path,
      ).toEqual([])
    }
    await service.close()
  })
})

describe.each(['stopped', 'frozen'] as const)('with a database that is %s', (state) => {
  let frozen: Server
  let crippled: TestService
  const api = () => apiOf(crippled.url)

  beforeAll(async () => {
    // Takes connections, as the kernel does for a process that stands still, and never says a word.
    frozen = createServer((socket) => socket.on('error', () => {}))
    await once(frozen.listen(0, '127.0.0.1'), 'listening')
    const port = state === 'frozen' ? (frozen.address() as AddressInfo).port : 1
    crippled = await startWithoutDatabase(`postgresql://nobody:pw@127.0.0.1:${port}/none`)
  })

  afterAll(async () => {
    await crippled.close()
    frozen.close()
  })

  it('is answered as without a token, in the words that the document has for it', async () => {
    const answers = await Promise.all(
      CALLERLESS.map(async ([path, , status]) => {
        const [anonymous, other] = await Promise.all(
          [undefined, TOKEN].map((token) => api().as(token).get(path)),
        )
        expect([path, anonymous?.status, other?.status]).toEqual([path, status, status])
        return other?.body
      }),
    )
    const health = (services: object) => ({ data: { services }, status_code: 503 })
    expect(answers.slice(0, 4)).toEqual([
      { status: 'live' },
      { status: 'unavailable' },
      health({ auth: false, database: false, service_key: false }),
      health({ auth: false, database: false }),
    ])
  })

  it('tells at once that it lives, whatever comes along', async () => {
    const began = performance.now()
    await api().as(TOKEN).get('/live').expect(200)
    expect(performance.now() - began).toBeLessThan(1_000)
  })

  it('answers what is open to anybody as it answers those without a token', async () => {
    const unreachable = shapeA(crippled.url, 503, 'unavailable', 'The database cannot be reached')
    const EXPECTED = [
      ['/api/v1/organization/acme', 503, unreachable],
      ['/api/v1/repository?public=true', 503, unreachable],
      // This one finds out by itself that it has nothing for anonymous callers.
      ['/api/v1/repository?starred=true', 401, apiError(crippled.url, 'invalid_token')],
    ] as const
    // All at once: where the database is frozen, each waits for seconds.
    const answers = EXPECTED.map(async ([path]) => {
      const { status, body } = await api().as(TOKEN).get(path)
      return [path, status, body]
    })
    expect(await Promise.all(answers)).toEqual(EXPECTED)
  }, 30_000)

  it('tells nobody to keep an answer that says so', async () => {
    const { headers } = await api().as().get('/.well-known/jwks.json').expect(503)
    expect(headers['cache-control']).toBe('no-store')
  })
})
