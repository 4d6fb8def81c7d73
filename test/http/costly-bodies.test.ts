import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { killServers, programDatabase, type Server, serve } from '../cli/program.ts'
import { apiOf, type Client } from '../helpers/api.ts'
import { TEST_SECRET_KEY } from '../helpers/service.ts'

// A body that is allowed by its size costs no more than what is allowed of it, however much is wrong with it. A server with
// little memory would die of some of these.

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const database = programDatabase()
let server: Server
let api: Client

beforeAll(async () => {
  server = await serve({
    ...database().env,
    SECRET_KEY: TEST_SECRET_KEY.toString('base64'),
    USER_INITIALIZE: 'true',
    NODE_OPTIONS: '--max-old-space-size=128',
  })
  const root = { username: 'root', password: 'password-of-root', email: 'root@example.com' }
  const { body } = await apiOf(server.url)
    .as()
    .post('/api/v1/user/initialize', { ...root, access_token: true })
    .expect(200)
  api = apiOf(server.url).as(body.access_token)
  await api.put(ROBOT).expect(200)
  await api.post('/api/v1/organization/', { name: 'acme' }).expect(201)
})
afterAll(killServers)

const ROBOT = '/api/v1/user/robots/ci'
const FEDERATION = `${ROBOT}/federation`
const ENTRIES = `${FEDERATION}/entries`
const ACME = '/api/v1/organization/acme'
const SHORT = 65_536
const ITEM = 262_144
const LONG = 1_048_576

/** As many members as so many bytes hold, in a body with a few more. */
const members = (bytes: number, value: unknown) => {
  const count = Math.floor((bytes - 500) / (JSON.stringify(value).length + 8))
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [n.toString(36), value]))
}
const elements = (bytes: number, value: unknown) =>
  Array(Math.floor((bytes - 500) / (JSON.stringify(value).length + 1))).fill(value)

const CI = { issuer: 'https://ci.example.com', subject: 'build' }
const faulty = () => ({
  ...CI,
  claims: Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`c${n}`, Array(50).fill({})])),
})
const jwks = { keys: [{ kty: 'EC' }] }
const CONDITION = 'must be a value, a list of values, or {"glob": "pattern"}'

it.each<['post' | 'patch' | 'put', string, object, string]>([
  [
    'post',
    FEDERATION,
    [{ ...CI, claims: members(LONG, {}) }],
    'body/0/claims must name at most 20',
  ],
  [
    'post',
    FEDERATION,
    [{ ...CI, claims: { a: elements(LONG, {}) } }],
    `body/0/claims/a ${CONDITION}`,
  ],
  [
    'post',
    FEDERATION,
    [{ ...CI, claims: { a: members(LONG, {}) } }],
    `body/0/claims/a ${CONDITION}`,
  ],
  ['post', FEDERATION, [{ ...CI, audiences: elements(LONG, {}) }], 'body/0/audiences Too big'],
  ['post', FEDERATION, [{ ...CI, ...members(LONG, {}) }], "body/0 unknown key '0'"],
  ['post', FEDERATION, elements(LONG, {}), 'body/ Too big'],
  ['post', FEDERATION, Array(199).fill(faulty()), `body/0/claims/c0 ${CONDITION}`],
  ['post', ENTRIES, { ...CI, claims: members(ITEM, {}) }, 'body/claims must name at most 20'],
  ['patch', `${ENTRIES}/1`, { claims: members(ITEM, {}) }, 'body/claims must name at most 40'],
  ['patch', ROBOT, { labels: members(ITEM, {}) }, 'body/labels must name at most 40'],
  ['patch', ROBOT, members(ITEM, {}), "body/ unknown key '0'"],
  [
    ...(['put', `${ACME}/issuers/ci`] as const),
    { issuer: CI.issuer, jwks, required_claims: members(SHORT, {}) },
    'body/required_claims must name at most 20',
  ],
  [
    'put',
    `${ACME}/issuers/ci`,
    { issuer: CI.issuer, jwks: { keys: elements(SHORT, 0) } },
    'body/jwks/keys Too big',
  ],
  ['post', `${ACME}/applications`, { name: 'ci', scopes: elements(SHORT, {}) }, 'body/scopes'],
])(
  'is refused for the first of thousands of faults: %s %s, %#',
  async (method, path, body, words) => {
    const answer = await api[method](path, body)
    expect([answer.status, answer.body.detail.slice(0, words.length)]).toEqual([400, words])
    expect(answer.body.detail.length).toBeLessThan(2000)
  },
)
