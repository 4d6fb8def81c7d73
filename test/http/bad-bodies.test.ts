import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bearer, invalidRequest, shapeA } from '../helpers/api.ts'
import { send } from '../helpers/raw-http.ts'
import { snapshot } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const USER = '/api/v1/user/robots'
const ORGANIZATION = '/api/v1/organization/acme/robots'
const WRITES: [string, string][] = [
  ['PUT', `${USER}/new`],
  ['PUT', `${ORGANIZATION}/new`],
  ['POST', `${USER}/bot/federation`],
  ['POST', `${ORGANIZATION}/bot/federation`],
  ['POST', '/api/v1/organization/'],
  ['POST', '/api/v1/user/initialize'],
]
/** They need no body, but one that comes along must be JSON. */
const OTHERS: [string, string][] = [
  ['POST', `${USER}/bot/regenerate`],
  ['POST', `${ORGANIZATION}/bot/regenerate`],
  ['DELETE', `${ORGANIZATION}/bot`],
  ['DELETE', `${USER}/bot/federation`],
]

const JSON_TYPE = 'application/json'
const FORM = 'application/x-www-form-urlencoded'

let stage: Stage
let authorization: Record<string, string>
let before: Awaited<ReturnType<typeof snapshot>>

beforeAll(async () => {
  stage = await startStage({ config: { userInitialize: true } })
  await stage.people('alice')
  await stage.organization('acme')
  authorization = bearer(await stage.token('alice', ['user:admin', 'org:admin']))
  for (const path of [USER, ORGANIZATION]) {
    await send(stage.url, { method: 'PUT', path: `${path}/bot`, headers: authorization })
  }
  before = await snapshot(stage.db)
})

afterEach(async () => {
  expect(await snapshot(stage.db)).toEqual(before)
})

afterAll(() => stage.close())

const json = { 'content-type': 'application/json' }
const answer = (
  [method, path]: readonly [string, string],
  body: string | Buffer,
  headers: Record<string, string> = json,
) => send(stage.url, { method, path, headers: { ...authorization, ...headers }, body })

const BAD_JSON: Record<string, string | Buffer> = {
  'an object that does not end': '{"malformed',
  'a trailing comma': '{"description":"a",}',
  'single quotes': "{'description':'a'}",
  'a word': 'nothing',
  'two values': '{} {}',
  NaN: 'NaN',
  '-Infinity': '-Infinity',
  'NaN within': '{"unstructured_metadata":{"a":NaN}}',
  'a NUL byte': '\0',
  'a raw NUL in a text': '{"description":"a\0b"}',
  'a raw line feed in a text': '{"description":"a\nb"}',
  'a comment': '{/* why */}',
  'invalid UTF-8': Buffer.from([0x22, 0xc3, 0x28, 0x22]),
  'an encoded surrogate': Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
  'UTF-16': Buffer.from('{}', 'utf16le'),
  'brackets that do not end': '['.repeat(60_000),
  __proto__: '{"__proto__":{"description":"a"}}',
  '__proto__, escaped': '{"\\u005f_proto__":1}',
  '__proto__ in metadata': '{"unstructured_metadata":{"a":[{"__proto__":1}]}}',
  'constructor.prototype': '{"constructor":{"prototype":{"a":1}}}',
}

describe('a body that is no acceptable JSON', () => {
  it.each(Object.entries(BAD_JSON))('is refused everywhere: %s', async (_, body) => {
    for (const route of [...WRITES, ...OTHERS]) {
      const { status, body: error } = await answer(route, body)
      expect([status, error], route.join(' ')).toEqual([400, invalidRequest(stage.url)])
    }
  })
})

describe('a body of another kind', () => {
  const NESTED = '['.repeat(30_000) + ']'.repeat(30_000)

  it.each(['"text"', '1', 'true', '""', NESTED, '[[]]', '[null]', '[1]', '["text"]'])(
    'is refused by every operation: %#',
    async (body) => {
      for (const route of WRITES) {
        const { status, body: error } = await answer(route, body)
        expect([status, error], route.join(' ')).toEqual([400, invalidRequest(stage.url)])
      }
    },
  )

  it.each(['null', '', '  \r\n', '\ufeff'])('is missing: %j', async (body) => {
    for (const route of WRITES.filter(([method]) => method === 'POST')) {
      const { status, body: error } = await answer(route, body)
      expect([status, error], route.join(' ')).toEqual([
        400,
        invalidRequest(stage.url, 'Missing JSON body'),
      ])
    }
  })

  it('is missing where not even a content type came', async () => {
    for (const [method, path] of WRITES.filter(([method]) => method === 'POST')) {
      const { status, body } = await send(stage.url, { method, path, headers: authorization })
      expect([status, body], path).toEqual([
        415,
        shapeA(stage.url, 415, 'unsupported_media_type', expect.any(String)),
      ])
    }
  })
})

describe('a body of another content type', () => {
  it.each([
    ...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'],
    ...['text/json', 'application/jsonp', 'application/json+x', 'application/', 'json', ''],
    ...['application/json, text/plain', 'application/*+json', 'application/octet-stream'],
  ])('is refused, also where a body is optional: %j', async (type) => {
    for (const route of [...WRITES, ...OTHERS]) {
      const { status, body } = await answer(route, '{}', { 'content-type': type })
      expect([status, body], route.join(' ')).toEqual([
        415,
        shapeA(stage.url, 415, 'unsupported_media_type', expect.any(String)),
      ])
    }
  })

  it('is refused where it does not say its type', async () => {
    for (const route of [...WRITES, ...OTHERS]) {
      expect((await answer(route, '{}', {})).status, route.join(' ')).toBe(415)
    }
  })
})

describe('a body of more than 1 MiB', () => {
  it('is refused, with its length in front or in chunks', async () => {
    const body = JSON.stringify({ description: 'x'.repeat(1_048_576) })
    for (const route of [...WRITES, ...OTHERS]) {
      for (const headers of [json, { ...json, 'transfer-encoding': 'chunked' }]) {
        const { status, body: error } = await answer(route, body, headers).catch(hungUp)
        expect([status, error], route.join(' ')).toEqual([
          413,
          shapeA(stage.url, 413, 'request_too_large', expect.any(String)),
        ])
      }
    }
  })
})

describe('a body of more than 64 KiB', () => {
  it('is refused where anybody may send one', async () => {
    for (const path of [
      '/api/v1/user/initialize',
      '/v2/auth',
      '/oauth/token',
      '/oauth/revoke',
      '/oauth/introspect',
    ]) {
      const statuses = [65_536, 65_537].map(async (length) => {
        const headers = { 'content-type': path.startsWith('/api') ? JSON_TYPE : FORM }
        const request = { method: 'POST', path, headers, body: 'x'.repeat(length) }
        return (await send(stage.url, request).catch(hungUp)).status
      })
      const [allowed, refused] = await Promise.all(statuses)
      expect([path, allowed === 413, refused]).toEqual([path, false, 413])
    }
  })
})

/** Names the failure in the comparison that follows. */
const hungUp = (error: Error) => ({ status: error.message, body: undefined })
