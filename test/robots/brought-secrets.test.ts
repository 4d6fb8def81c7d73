import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { generateStaticToken } from '../../src/domain/static-token.ts'
import { apiError, type Client, invalidRequest } from '../helpers/api.ts'
import { createClock } from '../helpers/clock.ts'
import { auditEntries, snapshot } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Secrets that robots had elsewhere, such as in Quay, and bring along, so that nobody has to be given another.

const DAY = 86_400

let stage: Stage
let root: Client
let time: ReturnType<typeof createClock>

beforeAll(async () => {
  time = createClock()
  stage = await startStage({ surroundings: { clock: time.clock } })
  await stage.people('alice')
  await stage.superusers('root')
  await stage.organization('acme', 'root')
  root = stage.api.as(
    await stage.token('root', ['user:admin', 'org:admin', 'super:user'], 90 * DAY),
  )
})
afterAll(() => stage.close())

beforeEach(async () => {
  await stage.db.robot.deleteMany()
  await stage.db.auditEntry.deleteMany()
})

const at = (seconds: number) => new Date(time.clock().getTime() + seconds * 1000).toISOString()

/** Of this alphabet, as long. */
const text = (alphabet: string, length: number) =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')

const QUAY = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const PRINTABLE = Array.from({ length: 94 }, (_, n) => String.fromCharCode(33 + n)).join('')

describe.each([
  ['user', '/api/v1/user/robots/ci', 'root+ci'],
  ['organization', '/api/v1/organization/acme/robots/ci', 'acme+ci'],
])('the robot of a(n) %s', (_, url, name) => {
  let first: string

  beforeEach(async () => {
    first = (await root.put(url)).body.token
  })

  const secrets = async () => (await root.get(`${url}/secrets`).expect(200)).body.secrets
  const logIn = async (token: string) => (await stage.api.login(name, token)).status
  const bring = (value: string, more: object = {}) =>
    root.post(`${url}/secrets`, { value, ...more })

  it.each([
    ['as Quay makes them', text(QUAY, 64)],
    [
      'of another installation of this service',
      generateStaticToken((size) => Buffer.alloc(size, 7)),
    ],
    ['short', text(PRINTABLE.replace('.', ''), 20)],
    ['long, with blanks', `${text(PRINTABLE.replace('.', ''), 255)} ${text(QUAY, 256)}`],
    ['with a colon, a quote and dots', `a:b"c'd\\e.f.g.h${text(QUAY, 10)}`],
  ])('brings one along: %s', async (_, value) => {
    const [before] = await secrets()
    const { body, text } = await bring(value).expect(201)
    expect(body).toEqual({
      id: expect.any(String),
      created: at(0),
      created_by: 'root',
      expires_at: null,
      last_used: null,
      state: 'active',
      hint: value.slice(-4),
    })
    expect(text).not.toContain(value)
    expect(await secrets()).toEqual([body, { ...before, state: 'replaced' }])
    expect([await logIn(first), await logIn(value)]).toEqual([200, 200])
    for (const wrong of [`${value}X`, value.slice(0, -1), ` ${value}`, value.toLowerCase(), '']) {
      expect([wrong, await logIn(wrong)]).toEqual([wrong, 401])
    }
    expect((await root.get(url).expect(200)).body.token).toBe(value)
  })

  it('loses it, and the one of before, like any other', async () => {
    const value = text(QUAY, 64)
    const { body } = await bring(value).expect(201)
    const [, older] = await secrets()
    const { body: refusal } = await root.post(`${url}/regenerate?grace=1h`).expect(400)
    expect(refusal.detail).toContain(`${older.id}, is good until it is ended. End it`)
    await root.delete(`${url}/secrets/${older.id}`).expect(204)
    expect([await logIn(first), await logIn(value)]).toEqual([401, 200])

    const { body: rotated } = await root.post(`${url}/regenerate?grace=1h`).expect(/QUAYROBOT/)
    expect([await logIn(value), await logIn(rotated.token)]).toEqual([200, 200])
    time.pass(3600)
    expect([await logIn(value), await logIn(rotated.token)]).toEqual([401, 200])
    await root.delete(`${url}/secrets/${body.id}`).expect(204)
    expect(await secrets()).toHaveLength(1)
  })

  it('has no third, until one of the two has ended', async () => {
    await bring(text(QUAY, 64)).expect(201)
    const [, older] = await secrets()
    const stored = await snapshot(stage.db)
    const { body } = await bring(text(QUAY, 64)).expect(400)
    const words = `The robot has two secrets, which is the most: the older one, ${older.id}, is good until it is ended. End it`
    expect(body).toEqual(invalidRequest(stage.url, expect.stringContaining(words)))
    expect(await snapshot(stage.db)).toEqual(stored)

    await root.patch(`${url}/secrets/${older.id}`, { expires_at: at(60) }).expect(200)
    time.pass(60)
    const third = text(QUAY, 64)
    await bring(third).expect(201)
    expect(await secrets()).toHaveLength(2)
    expect([await logIn(first), await logIn(third)]).toEqual([401, 200])
  })

  it('has two at most after ten were brought at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => bring(text(QUAY, 64))))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(400)])
    expect(await secrets()).toHaveLength(2)
    expect(await logIn(first)).toBe(200)
  })

  it('brings none along that it has', async () => {
    const { body } = await bring(first).expect(400)
    expect(body.detail).toBe('The robot has this secret already')
    const value = text(QUAY, 64)
    await bring(value).expect(201)
    expect((await bring(value).expect(400)).body.detail).toBe('The robot has this secret already')
  })

  it('brings one along that expires', async () => {
    const value = text(QUAY, 64)
    const { body } = await bring(value, { expires_at: at(DAY) }).expect(201)
    expect(body.expires_at).toBe(at(DAY))
    time.pass(DAY)
    expect([await logIn(first), await logIn(value)]).toEqual([200, 401])
    await bring(text(QUAY, 64), { expires_at: null }).expect(201)
    expect((await secrets()).map(({ expires_at }: { expires_at: null }) => expires_at)).toEqual([
      null,
      null,
    ])
  })

  it('tells its owner’s log, without the value', async () => {
    const value = text(QUAY, 64)
    const { body } = await bring(value, { expires_at: at(DAY) }).expect(201)
    const entries = await auditEntries(stage.db)
    expect(entries.at(-1)).toMatchObject({
      kind: 'bring_robot_secret',
      performerName: 'root',
      namespaceName: name.split('+')[0],
      metadata: { robot: 'ci', secret_id: body.id, expires_at: at(DAY) },
    })
    expect(JSON.stringify(entries)).not.toContain(value)
  })

  const FORM = 'value must have 20 to 512 printable characters of ASCII, and no blank at either end'
  it.each([
    ['', FORM],
    [text(QUAY, 19), FORM],
    [text(QUAY, 513), FORM],
    [`${text(QUAY, 64)}\n`, FORM],
    [` ${text(QUAY, 64)}`, FORM],
    [`${text(QUAY, 32)}é`, FORM],
    [`${text(QUAY, 32)}\0`, FORM],
    [`qro_${text(QUAY, 64)}`, 'value must not begin with qro_'],
    [`eyJ${text(QUAY, 20)}.${text(QUAY, 20)}.${text(QUAY, 20)}`, 'three parts between dots'],
    [`QUAYROBOT${'A'.repeat(55)}`, 'looks like a secret of this service, with a character'],
  ])('brings no %j along', async (value, words) => {
    const { body, text } = await bring(value).expect(400)
    expect(body).toEqual(invalidRequest(stage.url, expect.stringContaining(words)))
    if (value.length > 10) expect(text).not.toContain(value.slice(0, 10))
    expect(await secrets()).toHaveLength(1)
  })

  it.each([
    [{}, 'value'],
    [{ value: 12 }, 'value'],
    [{ value: 'x'.repeat(64), expires_in: '90d' }, "unknown key 'expires_in'"],
    [{ value: 'x'.repeat(64), expires_at: '2027-01-31' }, 'such as 2027-01-31T00:00:00Z'],
    [{ value: 'x'.repeat(64), expires_at: '2020-01-31T00:00:00Z' }, 'must be in the future'],
  ])('brings nothing along by %j', async (body, words) => {
    const answer = await root.post(`${url}/secrets`, body).expect(400)
    expect(answer.body).toEqual(invalidRequest(stage.url, expect.stringContaining(words)))
  })

  it('is given nothing where it is not there', async () => {
    await root.post(`${url}2/secrets`, { value: text(QUAY, 64) }).expect(404)
  })
})

it('is for superusers, whose token says so, and who may manage the robot', async () => {
  await stage.organization('globex', 'alice')
  await stage.robot('globex+ci')
  await stage.robot('alice+ci')
  const alice = await stage.client('alice', 'user:admin', 'org:admin', 'super:user')
  const plain = await stage.client('root', 'user:admin', 'org:admin')
  await stage.robot('acme+ci')
  for (const [client, path] of [
    [alice, 'organization/globex'],
    [alice, 'user'],
    [root, 'organization/globex'],
    [plain, 'organization/acme'],
    [plain, 'user'],
  ] as const) {
    const answer = await client.post(`/api/v1/${path}/robots/ci/secrets`, { value: 'short' })
    expect([answer.status, answer.body]).toEqual([403, apiError(stage.url, 'insufficient_scope')])
  }
})

it('lives no longer than the policy says', async () => {
  const policy = { ...stage.config.policy, secretMaxLifetime: 90 * DAY }
  const { database } = stage
  const strict = await startStage({
    database,
    config: { policy },
    surroundings: { clock: time.clock },
  })
  await stage.robot('root+short')
  const admin = strict.api.as(await strict.token('root', ['user:admin', 'super:user'], 90 * DAY))
  const url = '/api/v1/user/robots/short/secrets'
  for (const expires_at of [at(91 * DAY), null]) {
    const { body } = await admin.post(url, { value: 'x'.repeat(64), expires_at }).expect(400)
    expect(body.detail).toContain('a secret lives at most 90 days (policy.secret_max_lifetime)')
  }
  const { body } = await admin.post(url, { value: 'x'.repeat(64) }).expect(201)
  expect(body.expires_at).toBe(at(90 * DAY))
  await strict.close()
})

it('none is brought along where the organization has no secrets, or longer ones than it wants', async () => {
  const acme = '/api/v1/organization/acme'
  const decide = (policy: object) => root.put(`${acme}/robot-policy`, policy).expect(200)
  const bring = () => root.post(`${acme}/robots/ci/secrets`, { value: text(QUAY, 64) })
  await root.put(`${acme}/robots/ci`).expect(201)
  await decide({ secrets_allowed: false })
  const { body } = await bring().expect(400)
  expect(body.detail).toContain('Robots have no secrets here')
  await decide({ secret_max_lifetime: '1d' })
  const brought = await bring().expect(201)
  expect(brought.body.expires_at).toBe(at(DAY))
  await decide({})
})
