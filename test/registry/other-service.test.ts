import { Writable } from 'node:stream'
import request from 'supertest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { basic } from '../helpers/api.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const SERVICE = 'robots.test:5000'

const lines: string[] = []
let stage: Stage
let password: string
beforeAll(async () => {
  const log = new Writable({
    write(chunk, _, done) {
      lines.push(String(chunk))
      done()
    },
  })
  stage = await startStage({ config: { registryService: SERVICE }, log })
  await stage.people('alice', 'bob')
  await stage.organization('acme')
  password = await stage.robot('acme+ci')
})
afterAll(() => stage?.close())

const get = (query: string, secret = password) =>
  request(stage.url).get(`/v2/auth${query}`).set(basic('acme+ci', secret))
const post = (fields: [string, string][]) =>
  request(stage.url)
    .post('/v2/auth')
    .type('form')
    .send(
      new URLSearchParams([
        ['grant_type', 'password'],
        ['username', 'acme+ci'],
        ['password', password],
        ...fields,
      ]).toString(),
    )

it.each(['', '?service=', `?service=${SERVICE}`, `?service=${SERVICE}&service=${SERVICE}`])(
  'issues tokens for its own registry, and where none is named: %j',
  async (query) => {
    expect((await get(query)).status).toBe(200)
    const fields = [...new URLSearchParams(query)] as [string, string][]
    expect((await post(fields)).status).toBe(200)
  },
)

it.each([
  ['another'],
  ['robots.test'],
  ['ROBOTS.TEST:5000'],
  [SERVICE, 'another'],
  ['another', SERVICE],
])('refuses tokens for another registry, and says both names: %j %j', async (...names) => {
  const other = names.find((name) => name !== SERVICE) ?? ''
  const message = expect.stringContaining(`${SERVICE}, and not for ${other}:`)
  const query = names.map((name) => `service=${name}`).join('&')
  for (const answer of [await get(`?${query}`), await get(`?${query}`, 'wrong')]) {
    expect([answer.status, answer.body]).toEqual([
      400,
      { errors: [{ code: 'INVALID_REQUEST', detail: {}, message }] },
    ])
  }
  const form = await post(names.map((name) => ['service', name]))
  expect([form.status, form.body]).toEqual([
    400,
    {
      error: 'invalid_request',
      error_description: message,
      errors: [{ code: 'INVALID_REQUEST', detail: {}, message }],
    },
  ])
})

it('warns the operator, without what was sent', async () => {
  const warnings = () => lines.filter((line) => JSON.parse(line).level === 40)
  const before = warnings().length
  await get(`?service=${SERVICE}`)
  expect(warnings()).toHaveLength(before)
  await get('?service=something-else').expect(400)
  expect(warnings()).toHaveLength(before + 1)
  expect(warnings().at(-1)).toContain('REGISTRY_SERVICE')
  expect(lines.join('')).not.toContain('something-else')
})

it('quotes no more than a part of a long name', async () => {
  const { status, body } = await get(`?service=${'x'.repeat(5000)}`)
  expect(status).toBe(400)
  expect(body.errors[0].message.length).toBeLessThan(400)
})
