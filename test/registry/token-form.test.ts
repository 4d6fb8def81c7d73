import { decodeJwt } from 'jose'
import request from 'supertest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { basic } from '../helpers/api.ts'
import { PASSWORD } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// POST /v2/auth: what containerd and BuildKit send first, before they try GET.

const FORM = 'application/x-www-form-urlencoded'
const SCOPE = 'repository:acme/app:push,pull'

let stage: Stage
let password: string

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice', 'bob')
  await stage.organization('acme')
  password = await stage.robot('acme+ci')
  await stage.repository('acme/app', { robots: { 'acme+ci': 'write' } })
  await stage.repository('acme/base', { robots: { 'acme+ci': 'read' } })
})
afterAll(() => stage?.close())

const post = (body: string, type = FORM) =>
  request(stage.url).post('/v2/auth').set('content-type', type).send(body)
const form = (fields: Record<string, string> | [string, string][]) =>
  post(new URLSearchParams(fields).toString())
const robot = () => ({ grant_type: 'password', username: 'acme+ci', password })

/** In the words of OAuth2, and in those of registries for clients that know no other. */
const refusal = (error: string, message: string, code: string) => ({
  error,
  error_description: message,
  errors: [{ code, detail: {}, message }],
})

it('answers what containerd sends', async () => {
  const fields = {
    ...robot(),
    client_id: 'containerd-client',
    scope: SCOPE,
    service: stage.config.registryService,
  }
  const { body, headers, status } = await post(
    new URLSearchParams(fields).toString(),
    `${FORM}; charset=utf-8`,
  )
  expect(status).toBe(200)
  expect(headers['cache-control']).toContain('no-store')
  expect(body).toEqual({
    token: expect.any(String),
    access_token: body.token,
    token_type: 'Bearer',
    expires_in: 300,
    issued_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    scope: SCOPE,
  })
  expect(decodeJwt(body.token)).toMatchObject({
    iss: stage.config.tokenIssuer,
    aud: stage.config.registryService,
    sub: 'acme+ci',
    access: [{ type: 'repository', name: 'acme/app', actions: ['push', 'pull'] }],
  })
})

it('takes scopes in one field and in several, and grants what there is', async () => {
  const { body } = await form([
    ...Object.entries(robot()),
    ['scope', 'repository:acme/app:pull repository:acme/base:pull,push'],
    ['scope', 'repository:acme/none:pull'],
  ])
  expect(body.scope).toBe('repository:acme/app:pull repository:acme/base:pull')
  expect(decodeJwt(body.token).access).toEqual([
    { type: 'repository', name: 'acme/app', actions: ['pull'] },
    { type: 'repository', name: 'acme/base', actions: ['pull'] },
    { type: 'repository', name: 'acme/none', actions: [] },
  ])
})

it('serves users and API tokens as well', async () => {
  const apiToken = await stage.token('alice', ['repo:read'])
  const scope = 'repository:acme/app:pull,push'
  for (const [username, secret, granted] of [
    ['alice', PASSWORD, 'repository:acme/app:push,pull'],
    ['$oauthtoken', apiToken, 'repository:acme/app:pull'],
  ] as const) {
    const { body } = await form({ grant_type: 'password', username, password: secret, scope })
    expect(body.scope).toBe(granted)
  }
})

it('never hands out a refresh token', async () => {
  const { body } = await form({ ...robot(), access_type: 'offline', offline_token: 'true' })
  expect(body).not.toHaveProperty('refresh_token')
  expect(body.scope).toBe('')
})

it.each(['refresh_token', 'authorization_code', 'client_credentials', 'PASSWORD'])(
  'refuses the grant %s',
  async (grantType) => {
    const answer = await form({ grant_type: grantType, refresh_token: 'x', service: 's' })
    const words = 'Only the grant type password is served'
    expect([answer.status, answer.body]).toEqual([
      400,
      refusal('unsupported_grant_type', words, 'INVALID_REQUEST'),
    ])
  },
)

it('refuses wrong credentials with a challenge', async () => {
  const wrong = [
    { ...robot(), password: `${password}X` },
    { ...robot(), username: 'acme+nobody' },
    { ...robot(), username: 'acme ci' },
    { grant_type: 'password', username: 'alice', password: 'wrong' },
    { grant_type: 'password', username: '$oauthtoken', password },
  ]
  for (const fields of wrong) {
    const { status, body, headers } = await form(fields)
    const { errors, ...oauth } = body
    const [{ message }] = errors
    expect(message).toMatch(/^(Could not find robot|Invalid Username|OAuth access token could)/)
    expect([status, { errors, ...oauth }]).toEqual([
      401,
      refusal('invalid_grant', message, 'UNAUTHORIZED'),
    ])
    expect(headers['www-authenticate']).toBe(
      `Bearer realm="${stage.url}/v2/auth",service="${stage.config.registryService}"`,
    )
  }
})

it('refuses a scope that cannot be read', async () => {
  for (const scope of [
    'nonsense',
    'repository:Acme/App UPPER:pull',
    'repository:acme/UPPER:pull',
  ]) {
    const answer = await form({ ...robot(), scope })
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_scope'])
    expect(answer.body.error_description).toContain(scope.split(' ')[0]?.split(':')[1] ?? scope)
  }
})

it('calls anything that is not the form an invalid request, whatever its type', async () => {
  const answers = [
    await request(stage.url).post('/v2/auth'),
    await request(stage.url).post('/v2/auth').set(basic('acme+ci', password)),
    await post(''),
    await post('{"grant_type":"password"}', 'application/json'),
    await post('{', 'application/json'),
    await post('grant_type=password', 'text/plain'),
    await post('grant_type=password', 'no type at all'),
    await form({ grant_type: 'password' }),
    await form({ ...robot(), password: '' }),
    await form([...Object.entries(robot()), ['username', 'acme+other']]),
    await form([...Object.entries(robot()), ['grant_type', 'password']]),
  ]
  for (const { status, body } of answers) {
    expect([status, body.error]).toEqual([400, 'invalid_request'])
    expect(body.errors).toEqual([
      { code: 'INVALID_REQUEST', detail: {}, message: expect.any(String) },
    ])
    expect(body.error_description).toMatch(/\w/)
  }
})

it('refuses a body that is too large, and goes on', async () => {
  const answer = await post(`grant_type=password&x=${'x'.repeat(1_100_000)}`)
  expect([answer.status, answer.body.error]).toEqual([413, 'invalid_request'])
  expect((await form(robot())).status).toBe(200)
})
