import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VERSION } from '../../src/version.ts'
import { apiOf } from '../helpers/api.ts'
import { startService, type TestService } from '../helpers/service.ts'

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

let service: TestService
let bare: TestService
const get = ({ url }: TestService, path: string, headers: Record<string, string> = {}) =>
  apiOf(url).as().get(path).set(headers).redirects(0)

beforeAll(async () => {
  service = await startService()
  bare = await startService({ database: service.database, config: { docs: false } })
})
afterAll(async () => {
  await bare.close()
  await service.close()
})

describe('/', () => {
  it('is a page for browsers, of which nothing is loaded and every link leads somewhere', async () => {
    const { status, text, headers } = await get(service, '/', { accept: BROWSER })
    expect([status, headers['content-type'], headers.vary]).toEqual([
      200,
      'text/html; charset=utf-8',
      'accept',
    ])
    expect(text).toContain(`quay-robots ${VERSION}`)
    expect(text).not.toMatch(/src=|<script|<link|https?:/)
    const links = [...text.matchAll(/href="([^"]+)"/g)].map(([, link]) => link)
    expect(links).toEqual(['docs', 'openapi.json', 'health/endtoend'])
    for (const link of links) expect((await get(service, `/${link}`)).status, link).toBe(200)

    const [, style = ''] = text.match(/<style>(.*)<\/style>/) ?? []
    const hash = createHash('sha256').update(style).digest('base64')
    const policy = headers['content-security-policy']
    expect(policy).toContain(`default-src 'none'; style-src 'sha256-${hash}'`)
    expect(policy).not.toContain('unsafe')
  })

  it.each([undefined, '*/*', 'application/json'])(
    'is JSON for whoever accepts %s',
    async (accept) => {
      const { status, body } = await get(service, '/', accept === undefined ? {} : { accept })
      expect([status, body]).toEqual([
        200,
        {
          ...{ name: 'quay-robots', version: VERSION },
          ...{ docs: '/docs', openapi: '/openapi.json', health: '/health/endtoend' },
        },
      ])
    },
  )
})

describe('without the page to browse the API', () => {
  it('there is none, and nothing leads to it', async () => {
    for (const path of ['/docs', '/docs/', '/docs/json', '/docs/static/index.html']) {
      expect((await get(bare, path)).status, path).toBe(404)
    }
    expect((await get(bare, '/', { accept: BROWSER })).text).not.toContain('docs')
    expect((await get(bare, '/')).body).not.toHaveProperty('docs')
    expect((await get(bare, '/openapi.json')).status).toBe(200)
  })
})

describe('the page to browse the API', () => {
  it('asks browsers for nothing over https that the service has over http', async () => {
    const { headers } = await get(service, '/docs')
    const policy = headers['content-security-policy']
    expect(policy).toContain("default-src 'self'")
    expect(policy).not.toContain('upgrade-insecure-requests')
  })

  it('offers an API token first', async () => {
    const { body } = await get(service, '/docs/json')
    expect(Object.keys(body.components.securitySchemes)[0]).toBe('apiToken')
    const page = await get(service, '/docs')
    expect(page.text).toContain('focus.js')
  })
})

describe('the OpenAPI document', () => {
  it.each(['/openapi.json', '/api/v1/discovery', '/docs/json'])(
    'is sent once to whoever keeps it: %s',
    async (path) => {
      const first = await get(service, path)
      const { etag = '' } = first.headers
      expect([etag.length > 20, first.headers['cache-control']]).toEqual([true, 'no-cache'])
      for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const again = await get(service, path, { 'if-none-match': tag })
        expect([tag, again.status, again.text]).toEqual([tag, 304, ''])
        expect(again.headers.etag).toBe(etag)
      }
      const other = await get(service, path, { 'if-none-match': '"other"' })
      expect([other.status, other.body]).toEqual([200, first.body])
    },
  )
})
