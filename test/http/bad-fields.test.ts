import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bearer, type Client, invalidRequest } from '../helpers/api.ts'
import { send } from '../helpers/raw-http.ts'
import { snapshot } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const USER = '/api/v1/user/robots'
const ORGANIZATION = '/api/v1/organization/acme/robots'

let stage: Stage
let alice: Client
let authorization: Record<string, string>
let before: Awaited<ReturnType<typeof snapshot>>

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  await stage.organization('acme')
  const token = await stage.token('alice', ['user:admin', 'org:admin'])
  authorization = bearer(token)
  alice = stage.api.as(token)
  for (const path of [USER, ORGANIZATION]) await alice.put(`${path}/bot`)
  before = await snapshot(stage.db)
})

afterAll(() => stage.close())

/** Sends the text as JSON. */
const sendJson = (method: string, path: string, body: string) =>
  send(stage.url, {
    method,
    path,
    headers: { ...authorization, 'content-type': 'application/json' },
    body,
  })

const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`

describe('a field that cannot be', () => {
  afterEach(async () => {
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it.each([
    ...['null', '1', 'true', '[]', '{}', '["a"]'].map((value) => `{"description":${value}}`),
    ...['"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udc00\\ud800"'].map(
      (value) => `{"description":${value}}`,
    ),
    ...['null', '1', '"{}"', '[]', 'true', '[{}]'].map(
      (value) => `{"unstructured_metadata":${value}}`,
    ),
    ...['{"a":"\\u0000"}', '{"\\u0000":1}', '{"a":["\\ud800"]}', '{"a":{"\\udfff":1}}'].map(
      (value) => `{"unstructured_metadata":${value}}`,
    ),
    // Numbers that would come back as others: IEEE 754 doubles are all that is kept.
    ...['1e400', '-1e400', '12345678901234567890', '[9007199254740993]'].map(
      (value) => `{"unstructured_metadata":{"a":${value}}}`,
    ),
    ...[101, 1000, 2000, 3000, 100_000].map(
      (depth) => `{"unstructured_metadata":${nested(depth)}}`,
    ),
    `{"unstructured_metadata":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`,
  ])('is refused when a robot is created: %#', async (body) => {
    for (const path of [USER, ORGANIZATION]) {
      const answer = await sendJson('PUT', `${path}/new`, body)
      expect([answer.status, answer.body]).toEqual([400, invalidRequest(stage.url)])
    }
  })

  const entry = (fields: object) => [{ issuer: 'https://ci.example', subject: 'build', ...fields }]
  const LONG = 'x'.repeat(2049)

  const BAD_LISTS: object[] = [
    { issuer: 'https://ci.example', subject: 'build' },
    [null],
    [[]],
    [{}],
    [{ issuer: 'https://ci.example' }],
    [{ subject: 'build' }],
    ...[null, 1, true, [], {}, ['https://ci.example'], '\0', '\ud800', '', LONG].flatMap(
      (value) => [entry({ issuer: value }), entry({ subject: value })],
    ),
    ...['ci.example', 'ftp://ci.example', 'HTTPS://ci.example', ' https://ci.example', '//ci'].map(
      (issuer) => entry({ issuer }),
    ),
    ...[null, 'a', {}, [], [''], [1], [null], ['\0'], ['a', '\ud800'], Array(11).fill('a')].map(
      (audiences) => entry({ audiences }),
    ),
    [...entry({}), ...entry({})],
    [...entry({}), ...entry({ description: 'again' })],
    Array.from({ length: 201 }, (_, i) => entry({ subject: `${i}` })).flat(),
  ]

  it.each(BAD_LISTS.map((list) => ({ list })))(
    'is refused in a federation list: %#',
    async ({ list }) => {
      for (const path of [USER, ORGANIZATION]) {
        const { status, body } = await alice.post(`${path}/bot/federation`, list)
        expect([status, body]).toEqual([400, invalidRequest(stage.url)])
      }
    },
  )

  it.each([
    {},
    ...[null, 1, true, [], {}, '', 'a', 'A b', 'a\0', '\ud800', 'a\n', 'x'.repeat(256)].map(
      (name) => ({ name }),
    ),
    ...[null, 1, [], {}, '', 'nobody', 'a b@c', '\0@a', '\ud800@a', `${'x'.repeat(320)}@a`].flatMap(
      (email) => [
        { name: 'new', email },
        { name: 'new', contact_email: email },
      ],
    ),
  ])('is refused when an organization is created: %#', async (organization) => {
    const { status, body } = await alice.post('/api/v1/organization/', organization)
    expect([status, body]).toEqual([400, invalidRequest(stage.url)])
  })
})

describe('a field that can be', () => {
  it('keeps metadata as it was sent, up to 100 levels and the largest exact integer', async () => {
    const texts = [
      '{"n":9007199254740991,"m":-9007199254740991,"f":0.1,"s":1e-7,"e":"","z":0}',
      '{"constructor":{"a":1},"toString":null,"hasOwnProperty":[],"length":3,"b":false}',
      '{"10":1,"2":2,"ключ":"значение","🤖":"\\u2028"}',
      nested(100),
      '{}',
    ]
    for (const [index, text] of texts.entries()) {
      const path = `${USER}/kept-${index}`
      const created = await sendJson('PUT', path, `{"unstructured_metadata":${text}}`)
      const shown = await alice.get(path)

      expect(created.status).toBe(200)
      expect((created.body as { unstructured_metadata: object }).unstructured_metadata).toEqual(
        JSON.parse(text),
      )
      expect(shown.body.unstructured_metadata).toEqual(JSON.parse(text))
    }
  })

  it('takes the last of duplicate keys, and a byte order mark', async () => {
    const twice = await sendJson('PUT', `${USER}/twice`, '{"description":"a","description":"b"}')
    const marked = await sendJson('PUT', `${USER}/marked`, '\ufeff{"description":"c"}')

    expect(twice.body).toMatchObject({ description: 'b' })
    expect(marked.body).toMatchObject({ description: 'c' })
  })

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/vnd.x+json; charset=utf-8',
    'application/merge-patch+json',
  ])('is read from a body of type %s', async (type) => {
    const name = type.toUpperCase() === type ? 'upper' : `typed-${type.length}`
    const { status, body } = await send(stage.url, {
      method: 'PUT',
      path: `${USER}/${name}`,
      headers: { ...authorization, 'content-type': type },
      body: '{"description":"read"}',
    })
    expect([status, body]).toMatchObject([200, { description: 'read' }])
  })

  it.each(['', '  \n', 'null'])('may be missing with its body: %j', async (text) => {
    const { status, body } = await sendJson('PUT', `${USER}/without-${text.length}`, text)
    expect([status, body]).toMatchObject([200, { description: '', unstructured_metadata: null }])
  })

  it('is read from a body of exactly 1 MiB, and no byte more', async () => {
    const body = '{"description":"large"}'.padEnd(1_048_576)

    expect((await sendJson('PUT', `${USER}/large`, body)).status).toBe(200)
    expect((await sendJson('PUT', `${USER}/larger`, `${body} `)).status).toBe(413)
  })

  it('in a federation list is stored, and what clients send besides is dropped', async () => {
    const list = Array.from({ length: 200 }, (_, i) => ({
      issuer: 'https://ci.example/ä',
      subject: `${'x'.repeat(2040)}${i}`,
      ...(i % 2 && { audiences: Array.from({ length: 10 }, (_, j) => `a${j}`) }),
    }))
    const answer = await alice.post(
      `${USER}/bot/federation`,
      list.map((entry) => ({ ...entry, id: 1, isExpanded: {} })),
    )

    expect([answer.status, answer.body]).toEqual([200, list])
    expect((await alice.get(`${USER}/bot/federation`)).body).toEqual(list)
  })
})
