import type { Test } from 'supertest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { POLICY } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// What may be as much as so, and no more, or as little: the bound itself is let in.

const ACME = '/api/v1/organization/acme'
const ROBOT = `${ACME}/robots/ci`
const TEN_YEARS = 315_576_000
const NINETY_DAYS = 90 * 86_400

let stage: Stage
let alice: Client
beforeAll(async () => {
  const limits = { robots: 9, repositories: 9, teams: 9, organizations: 9, robotApiTokens: 99 }
  const policy = { ...POLICY, audience: 'quay' }
  stage = await startStage({ config: { limits: { ...limits, tokenLifetime: TEN_YEARS }, policy } })
  await stage.people('alice')
  await stage.organization('acme')
  await stage.robot('acme+ci')
  alice = stage.api.as(
    await stage.token('alice', ['org:admin', 'user:admin', 'repo:admin'], TEN_YEARS),
  )
})
afterAll(() => stage.close())

const regenerated = (query: string) => alice.post(`${ROBOT}/regenerate?${query}`)
const listed = (query: string) => alice.get(`${ACME}/robots?${query}`)
const labelled = (labels: object) => alice.patch(ROBOT, { labels })
const ownToken = (expires_in: number | string) =>
  alice.post('/api/v1/user/tokens', { name: 'a', scope: 'user:admin', expires_in })
const robotToken = (expiration: number) =>
  alice.post(`${ROBOT}/tokens`, { name: 'a', scope: 'repo:read', expiration })
const policy = (said: object) => alice.put(`${ACME}/robot-policy`, said)
const webhook = (events: string[]) =>
  alice.post(`${ACME}/webhooks`, { url: 'https://hooks.example.com', events })
const so = (many: number) => 'x'.repeat(many)
const soMany = (count: number) =>
  Object.fromEntries(
    [...Array(30)].map((_, n) => [`key${n}`, n < count ? 'web' : null]).filter(([, one]) => one),
  )

const BOUNDS: [what: string, within: () => Test, beyond: () => Test][] = [
  [
    'shortest life of a secret',
    () => regenerated('expires_in=60s'),
    () => regenerated('expires_in=59s'),
  ],
  [
    'longest life of a secret',
    () => regenerated(`expires_in=${TEN_YEARS}s`),
    () => regenerated(`expires_in=${TEN_YEARS + 1}s`),
  ],
  ['no grace', () => regenerated('grace=0'), () => regenerated('grace=-1s')],
  ['longest grace', () => regenerated('grace=30d'), () => regenerated('grace=2592001s')],
  [
    'how far ahead robots are searched for',
    () => listed('state=expiring&within=36500d'),
    () => listed('state=expiring&within=36501d'),
  ],
  [
    'how long robots are unused',
    () => listed('state=unused&unused_since=36500d'),
    () => listed('state=unused&unused_since=36501d'),
  ],
  ['words that are looked for', () => listed(`q=${so(255)}`), () => listed(`q=${so(256)}`)],
  ['all robots at once', () => listed('limit=0'), () => listed('limit=-1')],
  ['labels of a robot', () => labelled(soMany(20)), () => labelled(soMany(21))],
  [
    'characters of the key of a label',
    () => alice.patch(ROBOT, { labels: { ...clear(), [so(63)]: 'a' } }),
    () => labelled({ [so(64)]: 'a' }),
  ],
  [
    'characters of a label',
    () => labelled({ [so(63)]: null, a: so(63) }),
    () => labelled({ a: so(64) }),
  ],
  ['shortest life of a token', () => ownToken(1), () => ownToken(0)],
  ['shortest life of a token, as a text', () => ownToken('1s'), () => ownToken('0s')],
  ['longest life of a token', () => ownToken(TEN_YEARS - 60), () => ownToken(TEN_YEARS + 1)],
  ['shortest life of a token of a robot', () => robotToken(1), () => robotToken(0)],
  [
    'longest life of a token of a robot',
    () => robotToken(NINETY_DAYS),
    () => robotToken(NINETY_DAYS + 1),
  ],
  ['fewest robots', () => policy({ robots_max: 0 }), () => policy({ robots_max: -1 })],
  [
    'shortest life of secrets that a policy lets',
    () => policy({ secret_max_lifetime: '60s' }),
    () => policy({ secret_max_lifetime: '59s' }),
  ],
  [
    'longest life of secrets that a policy lets',
    () => policy({ secret_max_lifetime: `${TEN_YEARS}s` }),
    () => policy({ secret_max_lifetime: `${TEN_YEARS + 1}s` }),
  ],
  ['fewest events of a webhook', () => webhook(['admin.added']), () => webhook([])],
]

/** A patch that takes away the labels of the test before. */
const clear = () => Object.fromEntries([...Array(20)].map((_, n) => [`key${n}`, null]))

it.each(BOUNDS)('%s', async (_, within, beyond) => {
  const first = await within()
  expect(first.status, JSON.stringify(first.body)).toBeLessThan(300)
  expect((await beyond()).status).toBe(400)
})
