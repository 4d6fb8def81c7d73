import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { invalidRequest, shapeA } from '../helpers/api.ts'
import { send, sendBytes } from '../helpers/raw-http.ts'
import { startService, type TestService } from '../helpers/service.ts'

let service: TestService

beforeAll(async () => {
  service = await startService()
})

afterAll(() => service.close())

it('a request that is too long on its way is answered with 408, and the connection closed', async () => {
  const { database } = service
  const impatient = await startService({ database, timeouts: { arrivalTimeoutMs: 200 } })
  const form = 'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9'
  for (const bytes of [
    'GET /live HTTP/1.1\r\nHost: x\r\n',
    `POST /v2/auth HTTP/1.1\r\nHost: x\r\n${form}\r\n\r\ngrant`,
  ]) {
    const text = await sendBytes(impatient.url, bytes)
    expect(text).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
    expect(text).toContain('The request did not arrive in time')
  }
  await impatient.close()
})

describe('what is no proper HTTP', () => {
  it.each([
    ['no Host', 'GET /api/v1/discovery HTTP/1.1\r\n\r\n'],
    ['a length that is no number', 'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n{}'],
    ['a negative length', 'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}'],
    [
      'two lengths',
      'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
    ],
    [
      'a length and chunks',
      'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['two Hosts', 'GET /live HTTP/1.1\r\nHost: x\r\nHost: x\r\nConnection: close\r\n\r\n'],
    [
      'other spellings',
      'GET /no HTTP/1.1\r\nhost: a\r\nX: y\r\nHOST: b\r\nConnection: close\r\n\r\n',
    ],
    ['two names in a Host', 'GET /live HTTP/1.1\r\nHost: a, b\r\nConnection: close\r\n\r\n'],
    ['a path in a Host', 'GET /live HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n'],
    ['a user in a Host', 'GET /live HTTP/1.1\r\nHost: a@b\r\nConnection: close\r\n\r\n'],
    ['a word for a port', 'GET /live HTTP/1.1\r\nHost: a:b\r\nConnection: close\r\n\r\n'],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n'],
    ['a byte that no address has', 'GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['an unknown version', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'],
    ['an unknown method', 'FOO / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['garbage', '\x16\x03\x01\x02\x00\x01\r\n\r\n'],
  ])('is answered with 400, and the connection is closed: %s', async (_, bytes) => {
    expect(await sendBytes(service.url, bytes)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  })

  it.each(['x', 'x:', 'robots.example.com:8080', '127.0.0.1:1', '[::1]:8080', 'a_b', 'ROBOTS', ''])(
    'is no Host such as %j',
    async (name) => {
      const bytes = `GET /live HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`
      expect(await sendBytes(service.url, bytes)).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    },
  )

  it('is answered in shape A where there is an answer at all', async () => {
    const text = await sendBytes(service.url, 'GET / HTTP/9.9\r\nHost: x\r\n\r\n')
    expect(JSON.parse(text.split('\r\n\r\n')[1] as string)).toEqual(invalidRequest(service.url))
  })

  it.each([
    ['an address of 50 kB', { path: `/api/v1/user/robots?x=${'x'.repeat(50_000)}` }],
    ['a header of 50 kB', { path: '/api/v1/user/robots', headers: { x: 'x'.repeat(50_000) } }],
  ])('is too large: %s', async (_, request) => {
    const { status, body } = await send(service.url, request)
    expect([status, body]).toEqual([
      431,
      shapeA(service.url, 431, 'invalid_request', 'The address and the headers are too long'),
    ])
  })

  it('does not reach the other requests: the service goes on', async () => {
    const { status } = await send(service.url, { path: '/health/instance' })
    expect(status).toBe(200)
  })
})
