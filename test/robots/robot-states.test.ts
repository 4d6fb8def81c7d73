import { decodeJwt } from 'jose'
import request, { type Response, type Test } from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { basic, bearer, type Client } from '../helpers/api.ts'
import { createShiftedClock } from '../helpers/clock.ts'
import { DOORS, type DoorName } from '../helpers/exchange-doors.ts'
import { issuersWith } from '../helpers/federation.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'
import { auditEntries } from '../helpers/rows.ts'
import { createMint, createSigningKey, type Mint } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// A robot that is disabled or has expired, at every door: refused in words of its own, by every server at once; what it has
// stays, and works again.

const ISSUER = 'https://ci.example'
const ROBOT = 'acme+ci'
const URL = '/api/v1/organization/acme/robots/ci'

const time = createShiftedClock()
let database: TestDatabase
let servers: Stage[]
let alice: Client
let apiToken: string
let mint: Mint
/** What the robot has: besides what is for the registry, two API tokens, of its own and of a job. */
let held: { secret: string; robotToken: string; apiToken: string; jobToken: string }

beforeAll(async () => {
  const key = await createSigningKey('ES256', 'k1')
  mint = createMint(ISSUER, key)
  database = await createTestDatabase()
  const options = {
    database,
    config: {
      trustedProxies: ['127.0.0.1'],
      issuers: issuersWith(key, ISSUER),
      tokenIssuer: 'https://robots.example.com',
      registryService: 'registry.example.com',
    },
    surroundings: { clock: time.clock },
  }
  servers = [await startStage(options), await startStage(options)]
  const [first] = servers as [Stage, Stage]
  await first.people('alice')
  await first.organization('acme')
  apiToken = await first.token('alice', ['org:admin'])
  alice = first.api.as(apiToken)
})
afterAll(async () => {
  for (const server of servers) await server.close()
  await database.drop()
})

beforeEach(async () => {
  await database.database.db.robot.deleteMany()
  const [first] = servers as [Stage, Stage]
  const entry = { issuer: ISSUER, subject: 'job', audiences: ['us'], api_scopes: 'user:read' }
  const secret = await first.robot(ROBOT, [entry])
  held = {
    secret,
    robotToken: (await exchange('POST', first.url)).body.token,
    apiToken: await first.robotToken(ROBOT, ['user:read']),
    jobToken: (await exchange('/sts/token', first.url)).body.access_token,
  }
})

const identityToken = () => {
  const iat = Math.floor(time.clock().getTime() / 1000)
  return mint({ sub: 'job', aud: 'us', iat, exp: iat + 300 })
}

/** Each call comes from elsewhere: nobody is slowed down. */
let places = 0
const fromElsewhere = (test: Test) =>
  test.set('x-forwarded-for', `10.${++places >> 8}.${places & 255}.1`)

const exchange = async (door: DoorName, url: string) =>
  fromElsewhere(DOORS[door].send({ url, robot: ROBOT, token: await identityToken() }))

interface Tried {
  call: (url: string) => Promise<Response>
  status?: number
  /** Of a refusal. */
  words: (answer: Response) => string
}

const exchanges = Object.fromEntries(
  Object.entries(DOORS).map(([name, { words }]): [string, Tried] => [
    `identity token, ${name}`,
    {
      call: (url) => exchange(name as DoorName, url),
      words: (answer) => words(answer).replace(/^robot_(disabled|expired): /, ''),
      ...(name === '/sts/token' && { status: 400 }),
    },
  ]),
)

/** With a password at the registry. */
const logins = Object.fromEntries(
  (['secret', 'robotToken', 'apiToken', 'jobToken'] as const).flatMap((kind) =>
    (['GET /v2/auth', 'POST /v2/auth'] as const).map((name): [string, Tried] => [
      `${kind}, ${name}`,
      {
        call: (url) =>
          fromElsewhere(DOORS[name].send({ url, robot: ROBOT, token: held[kind] })) as never,
        words: DOORS[name].words,
      },
    ]),
  ),
)

const ask = (url: string, headers: Record<string, string>) =>
  fromElsewhere(
    request(url)
      .post('/oauth2/federation/robot/introspect')
      .set(headers)
      .type('form')
      .send({ token: held.robotToken }),
  )

/** With a password, about its own token. */
const introspections = Object.fromEntries(
  (['secret', 'robotToken'] as const).map((kind): [string, Tried] => [
    `${kind}, introspection`,
    {
      call: (url) => ask(url, basic(ROBOT, held[kind])) as never,
      words: ({ headers }) => headers['x-error-description'] ?? '',
    },
  ]),
)

/** At the API. */
const calls = Object.fromEntries(
  (['apiToken', 'jobToken'] as const).map((kind): [string, Tried] => [
    `${kind}, API`,
    {
      call: (url) =>
        fromElsewhere(request(url).get('/api/v1/user/').set(bearer(held[kind]))) as never,
      words: ({ headers }) =>
        /error_description="(.*)"$/.exec(headers['www-authenticate'] ?? '')?.[1] ?? '',
    },
  ]),
)

const EVERY_DOOR = Object.entries({ ...exchanges, ...logins, ...introspections, ...calls })

const inMinutes = (minutes: number) =>
  new Date(time.clock().getTime() + minutes * 60_000).toISOString()

/** What is done to the robot, what it is told then, and what undoes it. */
const STATES = {
  disabled: {
    begin: () => alice.patch(URL, { enabled: false, reason: 'it leaked' }).expect(200),
    words: () => `The robot ${ROBOT} is disabled: it leaked`,
    end: () => ({ enabled: true }),
  },
  'disabled without a reason': {
    begin: () => alice.patch(URL, { enabled: false }).expect(200),
    words: () => `The robot ${ROBOT} is disabled`,
    end: () => ({ enabled: true }),
  },
  expired: {
    async begin() {
      await alice.patch(URL, { expires_at: inMinutes(1) }).expect(200)
      time.pass(60)
    },
    words: () => `The robot ${ROBOT} expired on ${time.clock().toISOString().slice(0, 10)}`,
    end: () => ({ expires_at: inMinutes(2) }),
  },
}

describe.each(Object.entries(STATES))('%s', (_, { begin, words, end }) => {
  it.each(EVERY_DOOR)('%s', async (_, door) => {
    for (const { url } of servers) expect((await door.call(url)).status).toBe(200)
    await begin()
    for (const { url } of servers) {
      const answer = await door.call(url)
      expect([answer.status, door.words(answer)]).toEqual([door.status ?? 401, words()])
    }
    await alice.patch(URL, end()).expect(200)
    for (const { url } of servers) expect((await door.call(url)).status).toBe(200)
  })

  it('its token is not active, for whoever administers it', async () => {
    const isActive = async () => {
      const answers = await Promise.all(servers.map(({ url }) => ask(url, bearer(apiToken))))
      return answers.map(({ body }) => body.active)
    }
    expect(await isActive()).toEqual([true, true])
    await begin()
    expect(await isActive()).toEqual([false, false])
  })

  it('is told to its owner’s log, and a wrong password is told nothing of it', async () => {
    const [{ db, url, services, clearLog }] = servers as [Stage, Stage]
    await begin()
    await clearLog()
    await fromElsewhere(request(url).get('/v2/auth').set(basic(ROBOT, held.secret))).expect(401)
    await services.settled()
    expect((await auditEntries(db)).map(({ kind, metadata }) => [kind, metadata])).toEqual([
      ['login_failure', expect.objectContaining({ robot: ROBOT, message: words() })],
    ])
    const wrong = await fromElsewhere(request(url).get('/v2/auth').set(basic(ROBOT, 'wrong')))
    expect([
      wrong.status,
      wrong.text.includes('is disabled'),
      wrong.text.includes('expired'),
    ]).toEqual([401, false, false])
  })
})

it('a registry token ends with the robot', async () => {
  const [{ url }] = servers as [Stage, Stage]
  const end = new Date(time.clock().getTime() + 120_000)
  await alice.patch(URL, { expires_at: end.toISOString() }).expect(200)
  const tokens = [
    'secret, GET /v2/auth',
    'robotToken, POST /v2/auth',
    'identity token, GET /v2/auth',
  ]
  const doors = EVERY_DOOR.filter(([name]) => tokens.includes(name))
  expect(doors).toHaveLength(tokens.length)
  for (const [name, { call }] of doors) {
    const { body } = await call(url)
    expect(decodeJwt(body.token ?? body.access_token).exp, name).toBe(Math.floor(+end / 1000))
  }
})
