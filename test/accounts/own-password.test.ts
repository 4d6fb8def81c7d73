import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apiError, type Client, invalidRequest, shapeA } from '../helpers/api.ts'
import { createShiftedClock } from '../helpers/clock.ts'
import { auditEntries, snapshot } from '../helpers/rows.ts'
import { PASSWORD } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const PATH = '/api/v1/user/password'
const TOKENS = '/api/v1/user/tokens'
const NEW = 'correct-horse-battery'
const WRONG = {
  message:
    'The current password is wrong. Who has forgotten it is given a new one by a superuser, or by the operator',
}

const time = createShiftedClock()
let stage: Stage
let other: Stage
let name: string
let user: Client
let people = 0

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: time.clock } })
  // With hashes at the cost that they have at work.
  const surroundings = { clock: time.clock, passwordCost: undefined }
  other = await startStage({ database: stage.database, surroundings })
})

afterAll(async () => {
  await other.close()
  await stage.close()
})

beforeEach(async () => {
  time.pass(120)
  people += 1
  name = `user${people}`
  await stage.people(name)
  user = await stage.client(name, 'user:admin')
  await stage.clearLog()
})

const change = (body: object = {}, client = user) =>
  client.put(PATH, { current: PASSWORD, new: NEW, ...body })
const make = (password: string, at = stage) =>
  at.api.call('post', TOKENS).auth(name, password).send({ name: 't', scope: 'user:admin' })

it('is kept as a hash at full cost', async () => {
  await change({}, other.api.as(await other.token(name, ['user:admin']))).expect(204)
  const { passwordHash } = await stage.db.namespace.findUniqueOrThrow({ where: { name } })
  expect(passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  await make(NEW).expect(201)
})

it('lets the user in with the new password alone, on all servers, and ends nothing else', async () => {
  const { body: app } = await user.post('/api/v1/user/apptoken', { title: 'laptop' }).expect(200)
  const robot = await stage.robot(`${name}+ci`)
  await change().expect(204)
  for (const { api } of [stage, other]) {
    await api.login(name, PASSWORD).expect(401)
    await api.login(name, NEW).expect(200)
    await api.login('$app', app.token.token_code).expect(200)
    await api.login(`${name}+ci`, robot).expect(200)
  }
  await user.get(TOKENS).expect(200)
})

it('stands in the log of the user', async () => {
  await change().expect(204)
  expect(await auditEntries(stage.db)).toMatchObject([
    {
      kind: 'user_change_password',
      namespaceName: name,
      performerName: name,
      tokenId: expect.any(String),
      metadata: { username: name },
    },
  ])
})

describe('with end_tokens', () => {
  it('ends the API tokens and app specific tokens of the user, and of nobody else', async () => {
    const own = await stage.token(name, ['user:read'])
    const { body: app } = await user.post('/api/v1/user/apptoken', { title: 'laptop' }).expect(200)
    // As they were made before app specific tokens had an end.
    await stage.db.appToken.updateMany({ data: { parentId: null, expiresAt: null } })
    const robot = await stage.robot(`${name}+ci`)
    await stage.people(`${name}-friend`)
    const friend = await stage.client(`${name}-friend`, 'user:admin')
    await stage.clearLog()

    await change({ end_tokens: true }).expect(204)
    for (const { api } of [stage, other]) {
      await api.as(own).get('/api/v1/user/').expect(401)
      await api.login('$app', app.token.token_code).expect(401)
      await api.login(`${name}+ci`, robot).expect(200)
    }
    await user.get(TOKENS).expect(401)
    await friend.get(TOKENS).expect(200)
    const [entry] = await auditEntries(stage.db)
    expect(entry?.metadata).toMatchObject({ api_tokens_ended: 2, app_specific_tokens_ended: 1 })
    await make(NEW).expect(201)
  })

  it('leaves no token that was made with the old password meanwhile, on another server neither', async () => {
    const answers = await Promise.all([
      ...[stage, other, stage, other].map((at) => make(PASSWORD, at)),
      change({ end_tokens: true }),
      ...[other, stage, other].map((at) => make(PASSWORD, at)),
    ])
    expect(answers.map(({ status }) => status)).toSatisfy((all: number[]) =>
      all.every((status) => [201, 204, 401].includes(status)),
    )
    expect(await stage.db.oAuthToken.count({ where: { user: { name } } })).toBe(0)
    await make(PASSWORD).expect(401)
  })
})

describe('a wrong current password', () => {
  it('changes nothing, and stands in the log', async () => {
    const before = await snapshot(stage.db)
    const { status, body } = await change({ current: 'wrong', end_tokens: true })
    expect([status, body]).toEqual([400, WRONG])
    await stage.services.settled()
    const [entry] = await auditEntries(stage.db)
    expect(entry).toMatchObject({
      kind: 'login_failure',
      namespaceName: name,
      metadata: { type: 'quayauth', kind: 'user', username: name },
    })
    await stage.clearLog()
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it('is slowed down as at the registry', async () => {
    for (let n = 0; n < 10; n++) await change({ current: `wrong${n}` }).expect(400)
    const { status, body, headers } = await change()
    const words = 'Too many failed logins'
    expect([status, body]).toEqual([429, shapeA(stage.url, 429, 'rate_limited', words)])
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    await stage.api.login(name, PASSWORD).expect(429)
    time.pass(Number(headers['retry-after']))
    await change().expect(204)
  })

  it('is what all changes but one have that come at once, on two servers', async () => {
    const token = await stage.token(name, ['user:admin'])
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        change({ new: `${NEW}${n}` }, (n % 2 ? stage : other).api.as(token)),
      ),
    )
    const won = answers.flatMap(({ status }, n) => (status === 204 ? [n] : []))
    expect(won).toHaveLength(1)
    const lost = answers.filter(({ status }) => status !== 204)
    expect(lost.map(({ status, body }) => [status, body])).toEqual(lost.map(() => [400, WRONG]))
    await stage.api.login(name, `${NEW}${won[0]}`).expect(200)
  })
})

describe('a new password is refused, with the rule, that', () => {
  it.each([
    ['is short', 'short', /^Invalid password, password must be at least 8 characters/],
    ['has a blank', 'correct horse', /contain no whitespace/],
  ])('%s', async (_what, weak, words) => {
    const before = await snapshot(stage.db)
    const { status, body } = await change({ new: weak })
    expect([status, body]).toEqual([400, { message: expect.stringMatching(words) }])
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it.each([
    ['is too long', { new: 'x'.repeat(1025) }, /at most 1024 bytes/],
    ['is none', { new: 12_345_678 }, /new/],
    [
      'comes with an unknown key',
      { endTokens: true },
      /unknown key 'endTokens': did you mean end_tokens/,
    ],
    ['comes with a text for end_tokens', { end_tokens: 'yes' }, /end_tokens/],
  ])('%s', async (_what, wrong, words) => {
    const { status, body } = await change(wrong)
    expect([status, body]).toEqual([400, invalidRequest(stage.url, expect.stringMatching(words))])
    await stage.api.login(name, PASSWORD).expect(200)
  })
})

it('is changed by a token with user:admin only', async () => {
  const reader = await stage.client(name, 'user:read', 'org:admin', 'super:user')
  const { status, body } = await change({}, reader)
  expect([status, body]).toEqual([403, apiError(stage.url, 'insufficient_scope')])
  await stage.api.login(name, PASSWORD).expect(200)
})

it('is changed by superusers, too, who cannot change one another’s', async () => {
  await stage.superusers(`${name}-root`)
  const root = await stage.client(`${name}-root`, 'user:admin')
  await change({}, root).expect(204)
  await stage.api.login(`${name}-root`, NEW).expect(200)
})
