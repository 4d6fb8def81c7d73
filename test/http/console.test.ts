import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, type TestService } from '../helpers/service.ts'

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
const PAGE = '<!doctype html><title>console</title><script src="/assets/main-4f2a.js"></script>'
const SCRIPT = 'document.title = "works"'.repeat(100)

let folder: string
let service: TestService
let without: TestService

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'console-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), PAGE)
  writeFileSync(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  const script = join(folder, 'assets', 'main-4f2a.js')
  writeFileSync(script, SCRIPT)
  writeFileSync(`${script}.br`, brotliCompressSync(SCRIPT))
  writeFileSync(`${script}.gz`, gzipSync(SCRIPT))
  writeFileSync(join(folder, 'assets', 'small-77aa.js'), 'small')
  service = await startService({ consoleFolder: folder })
  const { database } = service
  without = await startService({ database, consoleFolder: folder, config: { console: false } })
})
afterAll(async () => {
  await without.close()
  await service.close()
  rmSync(folder, { recursive: true })
})

const get = (path: string, headers: Record<string, string> = { accept: BROWSER }, at = service) =>
  request(at.url).get(path).set(headers).redirects(0)

describe('the page of the console', () => {
  it.each(['/', '/orgs/acme/robots/deployer', '/sign-in?return_to=/orgs', '/apis', '/robots/'])(
    'is what a browser gets at %s',
    async (path) => {
      const { status, text, headers } = await get(path)
      expect([status, text]).toEqual([200, PAGE])
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
          "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'",
        'x-content-type-options': 'nosniff',
        vary: expect.stringMatching(/accept\b/i),
      })
      expect(headers['access-control-allow-origin']).toBeUndefined()
      const again = await get(path, { accept: BROWSER, 'if-none-match': headers.etag ?? '' })
      expect(again.status).toBe(304)
      await request(service.url).head(path).set({ accept: BROWSER }).expect(200)
    },
  )

  it.each([
    ...['/api/v1/nothing', '/api', '/v2/nothing', '/oauth/token', '/oauth2/x', '/sts/token'],
    ...['/.well-known/nothing', '/health/x', '/docs/static/nothing.js', '/metrics/x'],
    ...['/api?x=1', '/health?x', '/v2/nothing?x'],
  ])('is not in the place of the answer at %s', async (path) => {
    const [here, there] = [await get(path), await get(path, { accept: BROWSER }, without)]
    expect(here.status).toBeGreaterThanOrEqual(400)
    expect([here.status, here.text.replaceAll(service.url, without.url)]).toEqual([
      there.status,
      there.text,
    ])
  })

  it('is nothing for programs, and changes nothing for other methods', async () => {
    const { body } = await get('/', {}).expect(200)
    expect(body.name).toBe('quay-robots')
    await get('/orgs/acme', { accept: 'application/json' }).expect(404)
    await get('/orgs/acme', {}).expect(404)
    await request(service.url).post('/orgs/acme').set({ accept: BROWSER }).expect(404)
  })
})

describe('a file of the console', () => {
  it('is kept for ever where its name has a hash, and comes compressed where the build did that', async () => {
    const path = '/assets/main-4f2a.js'
    for (const [accepted, encoding] of [
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
      ['identity', undefined],
    ] as const) {
      const { text, headers } = await get(path, { 'accept-encoding': accepted }).expect(200)
      expect([text, headers['content-encoding']]).toEqual([SCRIPT, encoding])
      expect(headers).toMatchObject({
        'cache-control': 'public, max-age=31536000, immutable',
        'content-type': expect.stringContaining('javascript'),
        'x-content-type-options': 'nosniff',
        vary: 'accept-encoding',
      })
    }
    const small = await get('/assets/small-77aa.js', { 'accept-encoding': 'br, gzip' }).expect(200)
    expect([small.text, small.headers['content-encoding']]).toEqual(['small', undefined])
  })

  it('beside the page is asked for again', async () => {
    const { headers } = await get('/favicon.svg').expect(200)
    expect(headers).toMatchObject({
      'cache-control': 'no-cache',
      'content-type': expect.stringContaining('image/svg+xml'),
    })
  })

  it('that is not there is 404, be it that one looks for it elsewhere', async () => {
    for (const path of [
      ...['/assets/gone-0000.js', '/assets/', '/assets/../index.html', '/assets/%2e%2e/index.html'],
      ...[
        '/assets/..%2f..%2f..%2fetc%2fpasswd',
        '/assets/%2fetc%2fpasswd',
        '/assets/main-4f2a.js/x',
      ],
    ]) {
      const answer = await service.app.inject({ url: path })
      const { statusCode: status, body: text, headers } = answer
      expect([path, status >= 400 && status < 500], text).toEqual([path, true])
      // A server of the version before must not have it kept that there is none.
      expect([path, headers['cache-control']]).toEqual([path, undefined])
      expect(text).not.toContain('root:')
    }
  })
})

it('without the console all is as before', async () => {
  expect((await get('/', undefined, without)).text).toContain('<h1>quay-robots')
  for (const path of ['/orgs/acme', '/assets/main-4f2a.js', '/favicon.svg']) {
    await get(path, undefined, without).expect(404)
  }
})
