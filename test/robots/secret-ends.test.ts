import { decodeJwt } from 'jose'
import request, { type Test } from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { basic, bearer, type Client } from '../helpers/api.ts'
import { createShiftedClock } from '../helpers/clock.ts'
import { DOORS } from '../helpers/exchange-doors.ts'
import { issuersWith } from '../helpers/federation.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'
import { createMint, createSigningKey, type Mint } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// A secret that has ended is refused at every door that takes it, by every server at once, and so is what came of it.

const ISSUER = 'https://ci.example'
const ROBOT = 'acme+ci'
const URL = '/api/v1/organization/acme/robots/ci'
const HOUR = 3600

const time = createShiftedClock()
let database: TestDatabase
let servers: Stage[]
let alice: Client
let apiToken: string
let mint: Mint
let secret: string
/** Of before the secret was replaced. */
let robotToken: string

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
      robotTokenTtl: 10 * HOUR,
    },
    surroundings: { clock: time.clock },
  }
  servers = [await startStage(options), await startStage(options)]
  const [first] = servers as [Stage, Stage]
  await first.people('alice')
  await first.organization('acme')
  apiToken = await first.token('alice', ['org:admin'], 300 * 24 * HOUR)
  alice = first.api.as(apiToken)
})
afterAll(async () => {
  for (const server of servers) await server.close()
  await database.drop()
})

beforeEach(async () => {
  const { db } = database.database
  await db.robot.deleteMany()
  const [first] = servers as [Stage, Stage]
  secret = await first.robot(ROBOT, [{ issuer: ISSUER, subject: 'job', audiences: ['us'] }])
  robotToken = await exchange()
})

/** Each call comes from elsewhere: nobody is slowed down. */
let places = 0
const fromElsewhere = (test: Test) =>
  test.set('x-forwarded-for', `10.${++places >> 8}.${places & 255}.1`)

async function exchange() {
  const iat = Math.floor(time.clock().getTime() / 1000)
  const token = await mint({ sub: 'job', aud: 'us', iat, exp: iat + 300 })
  const [{ url }] = servers as [Stage, Stage]
  const { body } = await fromElsewhere(DOORS.POST.send({ url, robot: ROBOT, token })).expect(200)
  return body.token as string
}

const ask = (url: string, headers: Record<string, string>, token = robotToken) =>
  fromElsewhere(
    request(url)
      .post('/oauth2/federation/robot/introspect')
      .set(headers)
      .type('form')
      .send({ token }),
  )

const LOGINS = ['GET /v2/auth', 'POST /v2/auth'] as const

/** What each door says to a password, on both servers: nothing where it lets in. */
async function said(password: string): Promise<(string | undefined)[]> {
  const words = []
  for (const { url } of servers) {
    for (const door of LOGINS) {
      const answer = await fromElsewhere(DOORS[door].send({ url, robot: ROBOT, token: password }))
      words.push(answer.status === 200 ? undefined : DOORS[door].words(answer))
    }
    const { headers, status } = await ask(url, basic(ROBOT, password))
    words.push(status === 200 ? undefined : (headers['x-error-description'] ?? ''))
  }
  return words
}

const everywhere = (words?: string) => Array(6).fill(words)

async function rotate(query: string) {
  const { body } = await alice.post(`${URL}/regenerate?${query}`).expect(201)
  return body.token as string
}

const today = () => time.clock().toISOString().slice(0, 10)
const EXPIRED = () =>
  `The secret of the robot ${ROBOT} expired on ${today()}: use its newest one, or regenerate it`
const WRONG = `Could not find robot with username: ${ROBOT} and supplied password.`
const REPLACED =
  "The robot token was replaced when the robot's token was regenerated: exchange the job's identity token again"

/** What ends the secret that was replaced, and what it is told then. */
const ENDS = {
  'its grace': { end: async () => time.pass(HOUR), words: EXPIRED },
  'its deletion': {
    async end() {
      const { body } = await alice.get(`${URL}/secrets`).expect(200)
      await alice.delete(`${URL}/secrets/${body.secrets[1].id}`).expect(204)
    },
    words: () => WRONG,
  },
  'another regeneration': { end: async () => rotate(''), words: () => WRONG },
}

describe.each(Object.entries(ENDS))('with %s', (_, { end, words }) => {
  it('a replaced secret ends, and what came of it', async () => {
    const second = await rotate('grace=1h')
    const after = await exchange()
    for (const good of [secret, second, robotToken, after]) {
      expect(await said(good)).toEqual(everywhere())
    }
    await end()
    expect(await said(secret)).toEqual(everywhere(words()))
    expect(await said(robotToken)).toEqual(everywhere(REPLACED))
    for (const { url } of servers) {
      expect((await ask(url, bearer(apiToken))).body).toEqual({ active: false })
    }
  })
})

it('the newest secret and its robot tokens outlive the one it replaced', async () => {
  const second = await rotate('grace=1h')
  const after = await exchange()
  time.pass(HOUR)
  for (const good of [second, after]) expect(await said(good)).toEqual(everywhere())
})

it('jobs with identity tokens go on where the newest secret has expired', async () => {
  const second = await rotate('expires_in=1h')
  const before = await exchange()
  time.pass(HOUR)
  expect(await said(second)).toEqual(everywhere(EXPIRED()))
  for (const good of [before, await exchange()]) expect(await said(good)).toEqual(everywhere())
})

it('registry tokens outlive neither a secret that ends, nor the grace of the one that gave a robot token', async () => {
  await rotate('grace=2m')
  const ends = Math.floor(time.clock().getTime() / 1000) + 120
  for (const password of [secret, robotToken]) {
    for (const { url } of servers) {
      const login = DOORS['GET /v2/auth'].send({ url, robot: ROBOT, token: password })
      const { body } = await fromElsewhere(login).expect(200)
      expect(decodeJwt(body.token).exp).toBeLessThanOrEqual(ends)
    }
  }
})

it('a replaced secret and its robot tokens are good to the end of the shortest grace', async () => {
  await rotate('grace=1m')
  time.pass(57)
  for (const good of [secret, robotToken]) expect(await said(good)).toEqual(everywhere())
})
