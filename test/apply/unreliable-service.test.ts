import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiClient, createApiClient } from '../../src/apply/api-client.ts'
import { listenOnLoopback } from '../helpers/loopback-server.ts'

// What a service that fails now and then is asked, and how often: a change that it may have made is never sent again.

type Answer = (response: ServerResponse, request: IncomingMessage) => unknown

let answers: Answer[]
let asked: IncomingMessage[]
let client: ApiClient
let close: () => Promise<unknown>

beforeEach(async () => {
  answers = []
  asked = []
  const server = createServer((request, response) => {
    asked.push(request)
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    answer?.(response, request)
  })
  const door = await listenOnLoopback(server)
  close = door.close
  client = createApiClient({ server: `http://127.0.0.1:${door.port}`, token: 'secret' })
})
afterEach(() => close())

const json =
  (status: number, body: object = {}, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, { 'retry-after': '0', ...headers }).end(JSON.stringify(body))
/** Takes the request, and breaks the connection instead of an answer, or in the midst of it. */
const breaks: Answer = (response) => response.socket?.destroy()
const breaksOff: Answer = (response) => {
  response.writeHead(200, { 'content-length': '100' }).write('{"a":')
  setTimeout(() => response.socket?.destroy(), 5)
}

const CHANGES = [
  { method: 'POST', body: { name: 'ci' } },
  { method: 'PUT', body: { name: 'ci' }, ifMatch: '"1"' },
  { method: 'PATCH', body: { name: 'ci' }, ifMatch: '"1"' },
  { method: 'DELETE', ifMatch: '"1"' },
] as const

describe.each(CHANGES)('a change ($method)', (change) => {
  const send = () => client.change({ ...change, path: '/api/v1/thing' })

  it.each<[string, Answer, string]>([
    ['breaks the connection', breaks, 'does not answer'],
    ['breaks off its answer', breaksOff, 'does not answer'],
    ...[500, 502, 503, 504].map((status): [string, Answer, string] => [
      `answers ${status}`,
      json(status, { detail: 'too late' }),
      `failed: too late (${status})`,
    ]),
    ['sends it on', json(307, {}, { location: '/elsewhere' }), 'sends callers on to /elsewhere'],
  ])('is sent once to a service that %s', async (_, answer, words) => {
    answers = [answer]
    await expect(send()).rejects.toMatchObject({
      name: 'ApiUnavailable',
      message: expect.stringContaining(words),
    })
    expect(asked).toHaveLength(1)
  })

  it.each([400, 403, 404, 409, 412])('that is refused with %i is sent once', async (status) => {
    answers = [json(status, { message: 'no' })]
    await expect(send()).rejects.toMatchObject({
      ...{ name: 'ApiRefusal', status, message: `no (${status})` },
    })
    expect(asked).toHaveLength(1)
  })

  it('is sent again where the service says that it has not begun, five times in all', async () => {
    answers = [json(429), json(429), json(200, { made: true })]
    expect(await send()).toMatchObject({ body: { made: true } })
    expect(asked).toHaveLength(3)
    answers = [json(429, { message: 'busy' })]
    await expect(send()).rejects.toMatchObject({ status: 429, message: 'busy (429)' })
    expect(asked).toHaveLength(3 + 5)
    for (const { method, headers } of asked) {
      expect([method, headers['if-match'], headers.authorization]).toEqual([
        ...[change.method, 'ifMatch' in change ? change.ifMatch : undefined, 'Bearer secret'],
      ])
    }
  })
})

describe('what is only read', () => {
  const page = json(200, { items: [] }, { etag: '"7"' })

  it.each<[string, Answer]>([
    ['too much to do', json(429)],
    ['a proxy without it', json(502)],
    ['no room', json(503)],
    ['a proxy that gave up', json(504)],
  ])('is asked for again after %s', async (_, failure) => {
    answers = [failure, failure, failure, failure, page]
    expect(await client.get('/thing')).toEqual({ body: { items: [] }, tag: '"7"' })
    expect(asked).toHaveLength(5)
    answers = [failure]
    await expect(client.get('/thing')).rejects.toThrow('no reason given')
    expect(asked).toHaveLength(5 + 5)
  })

  it('is asked for again after a connection that broke', async () => {
    answers = [breaks, page]
    expect(await client.get('/thing')).toMatchObject({ tag: '"7"' })
    expect(asked).toHaveLength(2)
  })

  it.each([400, 401, 403, 404, 500])(
    'is asked for once where it is answered %i',
    async (status) => {
      answers = [json(status)]
      await expect(client.get('/thing')).rejects.toThrow()
      expect(asked).toHaveLength(1)
    },
  )

  it('is not there, or refused: these are told apart', async () => {
    answers = [json(404)]
    expect(await client.find('/thing')).toBeUndefined()
    for (const status of [403, 500]) {
      answers = [json(status)]
      await expect(client.find('/thing')).rejects.toThrow(`${status}`)
    }
  })

  it('comes in pages, each with what was asked for', async () => {
    answers = [
      json(200, { items: [1], next_page: 'a b' }),
      json(200, { items: [2], next_page: 'c' }),
      json(200, { items: [3] }),
    ]
    const pages = await client.list<{ items: number[]; next_page?: string }>('/things?limit=2')
    expect(pages.flatMap(({ items }) => items)).toEqual([1, 2, 3])
    const queries = asked.map(({ url }) =>
      Object.fromEntries(new URL(`http://x${url}`).searchParams),
    )
    expect(queries).toEqual([
      { limit: '2' },
      { limit: '2', next_page: 'a b' },
      { limit: '2', next_page: 'c' },
    ])
  })

  it('is nothing but JSON', async () => {
    answers = [(response) => response.end('<html>')]
    await expect(client.get('/thing')).rejects.toThrow('something else than JSON')
  })

  it.each([
    [{ 'www-authenticate': 'Bearer realm="x", error="invalid_token"' }, 401, 'wrong, revoked'],
    [{ 'www-authenticate': 'Bearer realm="x"' }, 403, 'Unauthorized (401)'],
    [{}, 403, 'Unauthorized (401)'],
  ])('is refused for the token, or for its reach: %j', async (headers, status, words) => {
    answers = [json(401, {}, headers as Record<string, string>)]
    await expect(client.get('/thing')).rejects.toMatchObject({
      ...{ status, message: expect.stringContaining(words) },
    })
  })
})
