import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apiError, type Client, invalidRequest } from '../helpers/api.ts'
import { createClock } from '../helpers/clock.ts'
import { auditEntries, snapshot } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// The secrets of a robot: one, or two while its jobs change from one to the other. What ends with each: secret-ends.

const DAY = 86_400

let stage: Stage
let alice: Client
let time: ReturnType<typeof createClock>

beforeAll(async () => {
  time = createClock()
  stage = await startStage({ surroundings: { clock: time.clock } })
  await stage.people('alice')
  await stage.organization('acme')
})
afterAll(() => stage.close())

beforeEach(async () => {
  await stage.db.robot.deleteMany()
  await stage.clearLog()
  alice = stage.api.as(await stage.token('alice', ['user:admin', 'org:admin'], 300 * DAY))
})

const at = (seconds: number) => new Date(time.clock().getTime() + seconds * 1000).toISOString()

describe.each([
  ['user', '/api/v1/user/robots/ci', 'alice+ci'],
  ['organization', '/api/v1/organization/acme/robots/ci', 'acme+ci'],
])('the robot of a(n) %s', (_, url, name) => {
  let first: string

  beforeEach(async () => {
    first = (await alice.put(url)).body.token
  })

  const secrets = async () => (await alice.get(`${url}/secrets`).expect(200)).body.secrets
  const logIn = async (token: string) => (await stage.api.login(name, token)).status
  const rotate = async (query = '?grace=24h') => {
    const { body } = await alice.post(`${url}/regenerate${query}`).expect(/QUAYROBOT/)
    return body.token as string
  }
  const entries = async (kind: string) =>
    (await auditEntries(stage.db)).filter((entry) => entry.kind === kind)

  it('has one secret, of which the value is not listed', async () => {
    const created = at(0)
    expect(await secrets()).toEqual([
      {
        id: expect.any(String),
        created,
        created_by: 'alice',
        expires_at: null,
        last_used: null,
        state: 'active',
        hint: first.slice(-4),
      },
    ])
    time.pass(90)
    expect(await logIn(first)).toBe(200)
    expect((await secrets())[0].last_used).toBe(at(0))
  })

  it('has two after a regeneration with grace, and both are good until that ends', async () => {
    const [before] = await secrets()
    const second = await rotate()
    expect((await alice.get(url)).body.token).toBe(second)
    expect([await logIn(first), await logIn(second)]).toEqual([200, 200])
    expect(await secrets()).toEqual([
      expect.objectContaining({ state: 'active', expires_at: null, hint: second.slice(-4) }),
      expect.objectContaining({ id: before.id, state: 'replaced', expires_at: at(DAY) }),
    ])
    time.pass(DAY - 1)
    expect([await logIn(first), await logIn(second)]).toEqual([200, 200])
    time.pass(1)
    expect([await logIn(first), await logIn(second)]).toEqual([401, 200])
    expect((await secrets()).map(({ state }: { state: string }) => state)).toEqual([
      'active',
      'expired',
    ])
  })

  it('tells of each when that was last used, once a minute, however lately the other one was', async () => {
    const second = await rotate()
    const uses = async () =>
      (await secrets()).map(({ last_used }: { last_used: string }) => last_used).reverse()
    const start = time.clock().getTime()
    const used = []
    for (const [seconds, secret] of [
      [0, first],
      [59, second],
      [1, first],
      [58, second],
      [1, second],
    ] as const) {
      time.pass(seconds)
      expect(await logIn(secret)).toBe(200)
      used.push((await uses()).map((use: string | null) => use && (Date.parse(use) - start) / 1000))
    }
    expect(used).toEqual([
      [0, null],
      [0, 59],
      [60, 59],
      [60, 59],
      [60, 119],
    ])
  })

  it('has no third, until one of the two has ended', async () => {
    const second = await rotate()
    const [, older] = await secrets()
    const stored = await snapshot(stage.db)
    const { status, body } = await alice.post(`${url}/regenerate?grace=1h`)
    const words = `The robot has two secrets, which is the most: the older one, ${older.id}, is good until ${at(DAY)}. End it`
    expect([status, body]).toEqual([400, invalidRequest(stage.url, expect.stringContaining(words))])
    expect(await snapshot(stage.db)).toEqual(stored)

    await alice.delete(`${url}/secrets/${older.id}`).expect(204)
    const third = await rotate('?grace=1h')
    expect([await logIn(first), await logIn(second), await logIn(third)]).toEqual([401, 200, 200])
    time.pass(3600)
    const fourth = await rotate('?grace=1h')
    expect([await logIn(second), await logIn(third), await logIn(fourth)]).toEqual([401, 200, 200])
    expect(await secrets()).toHaveLength(2)
  })

  it.each(['', '?grace=0', '?grace=0h'])(
    'regenerated with %j, all others end at once',
    async (query) => {
      const second = await rotate()
      const third = await rotate(query)
      expect([await logIn(first), await logIn(second), await logIn(third)]).toEqual([401, 401, 200])
      expect(await secrets()).toHaveLength(1)
    },
  )

  it('loses each of two by itself, and never the only one that is good', async () => {
    const second = await rotate()
    const [newest] = await secrets()
    await alice.delete(`${url}/secrets/${newest.id}`).expect(204)
    expect([await logIn(first), await logIn(second)]).toEqual([200, 401])
    expect((await alice.get(url)).body.token).toBe(first)
    const [only] = await secrets()
    expect(only.state).toBe('active')
    const { status, body } = await alice.delete(`${url}/secrets/${only.id}`)
    expect([status, body]).toEqual([
      400,
      invalidRequest(stage.url, expect.stringContaining('would be left: regenerate it')),
    ])
    expect(await logIn(first)).toBe(200)
  })

  it('goes on with the older one where the newest has expired, and never loses that', async () => {
    const second = await rotate()
    const [newest, older] = await secrets()
    await alice.patch(`${url}/secrets/${newest.id}`, { expires_at: at(90) }).expect(200)
    time.pass(90)
    expect([await logIn(first), await logIn(second)]).toEqual([200, 401])
    const { status, body } = await alice.delete(`${url}/secrets/${older.id}`)
    expect([status, body.detail]).toEqual([400, expect.stringContaining('would be left')])
    expect(await logIn(first)).toBe(200)

    const third = await rotate()
    expect([await logIn(first), await logIn(third)]).toEqual([200, 200])
    expect((await secrets()).map(({ state }: { state: string }) => state)).toEqual([
      'active',
      'replaced',
    ])
  })

  it('made without a secret gets none by a later end', async () => {
    await alice.delete(url).expect(204)
    await alice.put(`${url}?secret=false`).expect(/^(?!.*QUAYROBOT)/)
    expect(await secrets()).toEqual([])
    const { id } = await stage.db.robotSecret.findFirstOrThrow({ orderBy: { id: 'desc' } })
    await alice.patch(`${url}/secrets/${id}`, { expires_at: null }).expect(404)
    await alice.delete(`${url}/secrets/${id}`).expect(404)
    expect(await logIn(await rotate(''))).toBe(200)
  })

  it('changes when a secret expires, sooner or later, within what there may be', async () => {
    const [only] = await secrets()
    const secret = `${url}/secrets/${only.id}`
    const { body } = await alice.patch(secret, { expires_at: at(DAY) }).expect(200)
    expect(body).toEqual({ ...only, expires_at: at(DAY) })
    time.pass(DAY)
    const { body: refusal, status } = await stage.api.login(name, first)
    const day = time.clock().toISOString().slice(0, 10)
    expect([status, refusal.errors[0].message]).toEqual([
      401,
      `The secret of the robot ${name} expired on ${day}: use its newest one, or regenerate it`,
    ])
    await alice.patch(secret, { expires_at: null }).expect(200)
    expect(await logIn(first)).toBe(200)
    await rotate()
    await alice.patch(secret, { expires_at: at(30 * DAY) }).expect(200)
    for (const late of [at(30 * DAY + 1), null]) {
      const { body } = await alice.patch(secret, { expires_at: late }).expect(400)
      expect(body.detail).toBe(
        'expires_at must be at most 30 days from now: the secret was replaced',
      )
    }
  })

  it('is made and regenerated with secrets that expire', async () => {
    const token = await rotate('?expires_in=90d')
    expect((await secrets())[0]).toMatchObject({ state: 'active', expires_at: at(90 * DAY) })
    await rotate('?grace=2d&expires_in=1h')
    expect(await secrets()).toMatchObject([
      { state: 'active', expires_at: at(3600) },
      { state: 'replaced', expires_at: at(2 * DAY) },
    ])
    await alice.delete(url).expect(204)
    const { body } = await alice.put(`${url}?expires_in=1h`).expect(/QUAYROBOT/)
    time.pass(3600)
    expect([await logIn(token), await logIn(body.token)]).toEqual([401, 401])
    expect((await secrets())[0].state).toBe('expired')
  })

  it('keeps a secret no longer for being replaced', async () => {
    await rotate('?expires_in=1h')
    const expires = at(3600)
    await rotate('?grace=30d')
    expect((await secrets())[1].expires_at).toBe(expires)
  })

  it('has the newest first, also where the clock of the server that made it is behind', async () => {
    const late = await startStage({
      database: stage.database,
      surroundings: { clock: () => new Date(time.clock().getTime() - 3_600_000) },
    })
    const behind = late.api.as(await late.token('alice', ['user:admin', 'org:admin'], DAY))
    const { body } = await behind.post(`${url}/regenerate?grace=24h`).expect(201)
    await late.close()
    const [newest, older] = await secrets()
    expect(newest.id < older.id).toBe(true)
    expect(newest.hint).toBe(body.token.slice(-4))
    const shown = (await alice.get(`${url}?details=true`).expect(200)).body
    expect(shown.secrets[0].id).toBe(newest.id)
    const list = url.replace(/\/ci$/, '?details=true')
    expect((await alice.get(list).expect(200)).body.robots[0].secrets[0].id).toBe(newest.id)
  })

  it('made without a secret stands in the log so', async () => {
    const made = url.replace(/ci$/, 'keyless')
    await alice.put(`${made}?secret=false`)
    const [entry] = (await entries('create_robot')).filter(
      ({ metadata }) => (metadata as { robot: string }).robot === 'keyless',
    )
    expect(entry?.metadata).toEqual(expect.objectContaining({ secret: false }))
    expect(entry?.metadata).not.toHaveProperty('secret_expires_at')
  })

  it('tells its owner’s log who changed what', async () => {
    await rotate('?grace=24h&expires_in=90d')
    const [newest, older] = await secrets()
    await alice.patch(`${url}/secrets/${newest.id}`, { expires_at: at(DAY) }).expect(200)
    await alice.delete(`${url}/secrets/${older.id}`).expect(204)
    const by = { performerName: 'alice', namespaceName: name.split('+')[0] }
    expect(await entries('regenerate_robot_token')).toMatchObject([
      { ...by, metadata: { robot: 'ci', replaced_until: at(DAY), expires_at: at(90 * DAY) } },
    ])
    expect(await entries('change_robot_secret')).toMatchObject([
      { ...by, metadata: { robot: 'ci', secret_id: newest.id, expires_at: at(DAY) } },
    ])
    expect(await entries('delete_robot_secret')).toMatchObject([
      { ...by, metadata: { robot: 'ci', secret_id: older.id } },
    ])
  })

  it('has two at most after 20 regenerations at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => alice.post(`${url}/regenerate?grace=1h`)),
    )
    const made = answers.flatMap(({ body }) => (body.token ? [body.token as string] : []))
    expect(made).toHaveLength(1)
    expect([await logIn(first), await logIn(made[0] ?? '')]).toEqual([200, 200])
    expect(await secrets()).toHaveLength(2)

    const mixed = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        alice.post(`${url}/regenerate${n % 2 ? '?grace=1h' : ''}`),
      ),
    )
    const tokens = mixed.flatMap(({ body }) => (body.token ? [body.token as string] : []))
    const good = []
    for (const token of [first, ...made, ...tokens])
      if ((await logIn(token)) === 200) good.push(token)
    expect([1, 2]).toContain(good.length)
    expect(good).toContain((await alice.get(url)).body.token)
  })

  it.each([
    ['grace=31d', 'grace must be 0, or a duration up to 30d such as 24h'],
    ['grace=2592001s', 'grace must be 0, or a duration up to 30d such as 24h'],
    ['grace=24', 'grace must be 0, or a duration up to 30d such as 24h'],
    ['grace=-1h', 'grace must be 0, or a duration up to 30d such as 24h'],
    ['grace=', 'grace must be 0, or a duration up to 30d such as 24h'],
    ['expires_in=0', 'expires_in must be a duration from 1m to 3652d such as 90d'],
    ['expires_in=59s', 'expires_in must be a duration from 1m to 3652d such as 90d'],
    ['expires_in=3653d', 'expires_in must be a duration from 1m to 3652d such as 90d'],
    ['expires_in=never', 'expires_in must be a duration from 1m to 3652d such as 90d'],
  ])('is not regenerated with %s', async (query, words) => {
    const { body } = await alice.post(`${url}/regenerate?${query}`).expect(400)
    expect(body).toEqual(invalidRequest(stage.url, expect.stringContaining(words)))
    expect(await logIn(first)).toBe(200)
  })

  it.each([
    [{}, 'expires_at'],
    [{ expires_at: '2027-01-31' }, 'such as 2027-01-31T00:00:00Z, or null for none'],
    [{ expires_at: '2026-01-31T00:00:00Z' }, 'DELETE the secret to end it now'],
    [{ expires_at: '9999-12-31T23:59:59-01:00' }, 'expires_at must be in 9999 or before'],
    [{ expires_at: null, state: 'active' }, "unknown key 'state'"],
  ])('has no secret that becomes %j', async (patch, words) => {
    const [only] = await secrets()
    const { body } = await alice.patch(`${url}/secrets/${only.id}`, patch).expect(400)
    expect(body).toEqual(invalidRequest(stage.url, expect.stringContaining(words)))
    expect(await secrets()).toEqual([only])
  })

  it('has no secret of another, and a robot that is not there has none', async () => {
    await alice.put(`${url}2`)
    const { body } = await alice.get(`${url}2/secrets`)
    for (const id of [body.secrets[0].id, 'x', '0194f0a0-0000-7000-8000-000000000000']) {
      const answer = await alice.delete(`${url}/secrets/${id}`)
      expect([answer.status, answer.body]).toEqual([404, apiError(stage.url, 'not_found')])
      await alice.patch(`${url}/secrets/${id}`, { expires_at: null }).expect(404)
    }
    for (const answer of [
      await alice.get(`${url}3/secrets`),
      await alice.delete(`${url}3/secrets/x`),
      await alice.post(`${url}3/regenerate?grace=1h`),
    ]) {
      expect(answer.status).toBe(404)
    }
  })
})

it('lives no longer than the policy says, which is how long it lives unless told', async () => {
  const policy = { ...stage.config.policy, secretMaxLifetime: 90 * DAY }
  const { database } = stage
  const strict = await startStage({
    database,
    config: { policy },
    surroundings: { clock: time.clock },
  })
  const url = '/api/v1/user/robots/short'
  const admin = strict.api.as(await strict.token('alice', ['user:admin'], 300 * DAY))
  const words = '90 days (policy.secret_max_lifetime)'
  const { body } = await admin.put(`${url}?expires_in=91d`).expect(400)
  expect(body.detail).toBe(`expires_in must be at most ${words}`)
  await admin.put(url).expect(200)
  const [secret] = (await admin.get(`${url}/secrets`)).body.secrets
  expect(secret.expires_at).toBe(at(90 * DAY))
  await admin.post(`${url}/regenerate?expires_in=91d`).expect(400)
  time.pass(DAY)
  for (const late of [at(90 * DAY), null]) {
    const { body } = await admin
      .patch(`${url}/secrets/${secret.id}`, { expires_at: late })
      .expect(400)
    expect(body.detail).toContain(`${at(89 * DAY)} or before: a secret lives at most ${words}`)
  }
  await admin.patch(`${url}/secrets/${secret.id}`, { expires_at: at(89 * DAY) }).expect(200)
  await strict.close()
})
