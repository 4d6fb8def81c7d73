import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bearer } from '../helpers/api.ts'
import { type RawRequest, send } from '../helpers/raw-http.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const TYPES = [
  'application/x-www-form-urlencoded', // curl -d ''
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/octet-stream',
  'json',
  'application/',
  '',
]

const FRAMINGS: Record<string, Pick<RawRequest, 'headers' | 'body'>> = {
  'a length of 0': { headers: { 'content-length': '0' } },
  'a length of 00': { headers: { 'content-length': '00' } },
  'no length': {},
  'chunks without a byte': { headers: { 'transfer-encoding': 'chunked' }, body: '' },
}

let stage: Stage
let authorization: Record<string, string>

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  await stage.organization('acme')
  authorization = bearer(await stage.token('alice', ['user:admin', 'org:admin', 'repo:admin']))
})
beforeEach(async () => {
  await stage.db.robot.deleteMany()
  for (const path of ['/user/robots/bot', '/organization/acme/robots/bot']) {
    await send(stage.url, { method: 'PUT', path: `/api/v1${path}`, headers: authorization })
  }
})
afterAll(() => stage.close())

const call = (method: string, path: string, type: string, framing: keyof typeof FRAMINGS) =>
  send(stage.url, {
    method,
    path,
    ...FRAMINGS[framing],
    headers: { ...authorization, 'content-type': type, ...FRAMINGS[framing]?.headers },
  })

describe.each(Object.keys(FRAMINGS))('a body of no byte, with %s', (framing) => {
  it.each(TYPES)('is none, though it be declared as %j', async (type) => {
    const [user, organization] = ['/api/v1/user', '/api/v1/organization/acme']
    const answers: [method: string, path: string, status: number][] = [
      ['POST', `${user}/robots/bot/regenerate`, 201],
      ['POST', `${organization}/robots/bot/regenerate`, 201],
      ['PUT', `${user}/robots/new`, 200],
      ['PUT', `${organization}/robots/new`, 201],
      ['PUT', `${organization}/team/owners/members/alice`, 400], // is a member already
      ['DELETE', `${organization}/robots/bot/federation`, 204],
      ['DELETE', `${user}/robots/bot`, 204],
      ['GET', `${user}/robots`, 200],
    ]
    for (const [method, path, status] of answers) {
      const answer = await call(method, path, type, framing)
      expect([method, path, answer.status, answer.text.slice(0, 200)]).toEqual([
        method,
        path,
        status,
        answer.text.slice(0, 200),
      ])
    }
  })

  it('is missing where one is needed, in the words of each protocol', async () => {
    for (const type of TYPES) {
      const json = type.startsWith('application/json') ? 400 : 415
      const answer = await call('POST', '/api/v1/organization/', type, framing)
      expect([type, answer.status]).toEqual([type, json])
      for (const path of ['/v2/auth', '/oauth/token', '/oauth2/federation/robot/introspect']) {
        const { status, body } = await call('POST', path, type, framing)
        expect([path, type, status, body]).toEqual([
          path,
          type,
          path === '/oauth/token' ? 401 : 400,
          expect.objectContaining({ error: expect.any(String) }),
        ])
      }
    }
  })
})

it('a body of one byte is one, whatever its framing', async () => {
  for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
    const answer = await send(stage.url, {
      method: 'POST',
      path: '/api/v1/user/robots/bot/regenerate',
      headers: { ...authorization, 'content-type': 'text/plain', ...headers },
      body: ' ',
    })
    expect(answer.status).toBe(415)
  }
})

it.each([
  ['PUT', '/bot2', {}, 200],
  ['PATCH', '/bot', {}, 200],
  ['POST', '', { name: 'bot3' }, 201],
])('a JSON body in chunks is read from its first byte to its last: %s', async (...call) => {
  const [method, path, more, status] = call
  const description = 'x'.repeat(200)
  const answer = await send(stage.url, {
    method,
    path: `/api/v1/user/robots${path}`,
    headers: {
      ...authorization,
      'content-type': 'application/json',
      'transfer-encoding': 'chunked',
    },
    body: JSON.stringify({ ...more, description }),
  })
  expect([answer.status, answer.body]).toEqual([status, expect.objectContaining({ description })])
})
