import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiOf, bearer } from '../helpers/api.ts'
import { startService, type TestService } from '../helpers/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

describe('/live and /ready', () => {
  it('answer anybody, never from a cache', async () => {
    for (const status of ['live', 'ready']) {
      const { body, headers } = await apiOf(service.url).as().get(`/${status}`).expect(200)
      expect(body).toEqual({ status })
      expect(headers['cache-control']).toBe('no-store')
    }
    await apiOf(service.url).as().get('/ready').set(bearer('any')).expect(200)
  })

  it('say, once the server is about to stop, that requests should go elsewhere', async () => {
    const other = await startService({ database: service.database })
    other.services.health.drain()
    const client = apiOf(other.url).as()
    const { status, body, headers } = await client.get('/ready')
    expect([status, body, headers.connection]).toEqual([503, { status: 'draining' }, 'close'])
    await client.get('/live').expect(200)
    const { headers: served } = await client.get('/.well-known/jwks.json').expect(200)
    expect(served.connection).toBe('close')
    await other.close()
  })
})
