import { afterAll, beforeAll, expect, it } from 'vitest'
import { apiError, basic, bearer } from '../helpers/api.ts'
import { send } from '../helpers/raw-http.ts'
import { setEnabled } from '../helpers/rows.ts'
import { PASSWORD } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

let stage: Stage
let expired: string
let disabled: string

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice', 'bob')
  expired = await stage.token('alice', ['user:admin'], -1)
  disabled = await stage.token('bob', ['user:admin'])
  await setEnabled(stage.db, 'bob', false)
})

afterAll(() => stage.close())

const HOW = 'An API token is sent as: Authorization: Bearer TOKEN'
const UNKNOWN = 'OAuth access token could not be validated'

const CASES: [string, () => Record<string, string>, [code: string, words: string] | undefined][] = [
  ['no credentials', () => ({}), undefined],
  ['an empty header', () => ({ authorization: '' }), undefined],
  ['an unknown token', () => bearer('x'.repeat(40)), ['invalid_token', UNKNOWN]],
  ['a token of another form', () => bearer('short'), ['invalid_token', UNKNOWN]],
  [
    'a token that has expired',
    () => bearer(expired),
    ['invalid_token', 'OAuth access token has expired'],
  ],
  [
    'a token of a disabled user',
    () => bearer(disabled),
    ['invalid_token', 'Granter of the oauth access token is disabled'],
  ],
  ['another scheme', () => basic('alice', 'password'), ['invalid_request', HOW]],
  ['a scheme of its own', () => ({ authorization: 'Token abc' }), ['invalid_request', HOW]],
  ['no token after the scheme', () => ({ authorization: 'Bearer' }), ['invalid_request', HOW]],
]

it.each(CASES)(
  'a 401 of the API says what was wrong beside a body that is always the same: %s',
  async (_, headers, problem) => {
    const realm = `Bearer realm="${stage.url}"`
    for (const [method, path] of [
      ['GET', '/api/v1/user/robots'],
      ['PUT', '/api/v1/organization/acme/robots/ci'],
      ['GET', '/api/v1/repository/acme/none'],
    ] as const) {
      const answer = await send(stage.url, { method, path, headers: headers() })
      expect([answer.status, answer.body]).toEqual([401, apiError(stage.url, 'invalid_token')])
      expect(answer.headers['www-authenticate']).toBe(
        problem ? `${realm}, error="${problem[0]}", error_description="${problem[1]}"` : realm,
      )
    }
  },
)

it('a 401 of an operation that takes a password names that, too, and says what was wrong with it', async () => {
  const realm = `realm="${stage.url}"`
  const because = (code: string, words: string) =>
    `Bearer ${realm}, error="${code}", error_description="${words}"`
  const wrong = because('invalid_token', 'Invalid Username or Password')
  const cases: [Record<string, string>, string][] = [
    [{}, `Bearer ${realm}`],
    [bearer('short'), because('invalid_token', UNKNOWN)],
    [{ authorization: 'Token abc' }, because('invalid_request', HOW)],
    [basic('alice', 'wrong'), wrong],
    [basic('nobody', PASSWORD), wrong],
    [
      basic('bob', PASSWORD),
      because('invalid_token', 'This user has been disabled. Please contact your administrator.'),
    ],
    [{ authorization: 'basic' }, because('invalid_request', 'Invalid basic auth header')],
    [
      { authorization: 'Basic /w==' },
      because('invalid_request', 'Could not parse basic auth header'),
    ],
  ]
  for (const [headers, first] of cases) {
    const path = '/api/v1/user/tokens'
    const answer = await send(stage.url, { method: 'POST', path, headers })
    expect([answer.status, answer.body]).toEqual([401, apiError(stage.url, 'invalid_token')])
    expect(answer.headers['www-authenticate']).toBe(`${first}, Basic ${realm}`)
  }
})
