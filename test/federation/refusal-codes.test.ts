import type { Test } from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ExchangeOutcome } from '../../src/domain/exchange-errors.ts'
import type { FederationEntry } from '../../src/domain/federation-entry.ts'
import type { PolicyDocument } from '../../src/domain/robot-policy.ts'
import { basic, type Client } from '../helpers/api.ts'
import {
  DOORS,
  type Door,
  type DoorName,
  EXCHANGES,
  NAMED_DOORS,
  NAMELESS_DOORS,
  type Sent,
} from '../helpers/exchange-doors.ts'
import { exchangeOf, issuersWith, LOOPBACK } from '../helpers/federation.ts'
import { discoveryPath, hangUp, type Issuer, startIssuer } from '../helpers/issuer.ts'
import { countOf, METRICS_TOKEN } from '../helpers/metrics.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'
import { auditEntries, setEnabled } from '../helpers/rows.ts'
import { type Claims, createMint, createSigningKey, type Mint } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// One code for each refusal: in the answer of every door, in the log of the robot's owner, and in the metric. The answer has
// what the token says, and never what the entry asks for.

const CI = 'https://ci.example'
const GITHUB = 'https://token.actions.githubusercontent.com'
const ROBOT = 'acme+ci'

let database: TestDatabase
let stage: Stage
let off: Stage
let silent: Issuer
let alice: Client
let mint: Mint

beforeAll(async () => {
  const key = await createSigningKey('ES256', 'k1')
  mint = createMint(CI, key)
  silent = await startIssuer()
  silent.answer(discoveryPath, hangUp)
  database = await createTestDatabase()
  const config = {
    ...LOOPBACK,
    trustedProxies: ['127.0.0.1'],
    issuers: issuersWith(key, CI, GITHUB),
    metricsToken: METRICS_TOKEN,
  }
  stage = await startStage({ database, config })
  off = await startStage({ database, config: { ...config, robotsDisallow: true } })
  await stage.people('alice')
  await stage.organization('acme')
  alice = await stage.client('alice', 'org:admin')
})
beforeEach(() => stage.db.robot.deleteMany())
afterAll(async () => {
  await off.close()
  await stage.close()
  await silent.close()
  await database.drop()
})

/** Each comes from elsewhere: nobody is slowed down. */
let places = 0
const fromElsewhere = (test: Test) => test.set('x-forwarded-for', `10.${++places}.0.1`)

interface Case {
  entry?: Partial<FederationEntry>
  claims?: Claims
  sent?: Partial<Sent>
  doors?: DoorName[]
  /** Of what the token says, what the answer has. */
  says?: string
  /** Of what the entry asks for. */
  hidden?: string
  before?: (token: string) => Promise<unknown>
  after?: () => Promise<unknown>
  /** Whether it is a refusal, of a robot that is known. */
  isLogged?: boolean
}

const now = () => Math.floor(Date.now() / 1000)

const decide = (robotPolicy: PolicyDocument) =>
  stage.db.namespace.update({ where: { name: 'acme' }, data: { robotPolicy: { ...robotPolicy } } })

/** All but those that say nothing of the token: how often it is tried, and whether the service is well. */
type Code = Exclude<ExchangeOutcome, 'issued' | 'throttled' | 'unavailable' | 'error'>
const CASES: Record<Code, Case> = {
  invalid_token: { claims: { exp: 1 }, says: 'Signature has expired' },
  unknown_robot: { sent: { robot: 'acme+nobody' }, doors: EXCHANGES, isLogged: false },
  not_configured: { claims: { iss: 'https://other.example' }, says: 'other.example', hidden: CI },
  ambiguous: {
    before: () => stage.robot('acme+second', [{ issuer: CI, subject: 'job' }]),
    doors: NAMELESS_DOORS,
    hidden: 'second',
    isLogged: false,
  },
  subject_mismatch: { entry: { subject: 'wanted' }, hidden: 'wanted' },
  audience_mismatch: { entry: { audiences: ['wanted'] }, hidden: 'wanted' },
  audience_required: {
    entry: { audiences: undefined },
    before: () => decide({ federation_audiences: 'required' }),
    after: () => decide({}),
    doors: EXCHANGES,
  },
  event_refused: {
    entry: { issuer: GITHUB },
    claims: { iss: GITHUB, event_name: 'workflow_run' },
    says: 'event_name is workflow_run',
  },
  claim_mismatch: {
    entry: { claims: { repository_id: '456789' } },
    claims: { repository_id: 777 },
    says: 'claim_mismatch: repository_id is 777',
    hidden: '456789',
  },
  token_too_old: {
    entry: { max_token_age: 61 },
    get claims() {
      return { iat: now() - 123 }
    },
    says: 'issued 12',
    hidden: '61',
  },
  token_used: {
    entry: { single_use: true },
    get claims() {
      return { jti: crypto.randomUUID() }
    },
    before: (token) => exchangeOf(stage.url).basic(ROBOT, token).expect(200),
  },
  scope_refused: {
    entry: { registry_scopes: ['repository:acme/wanted:pull'] },
    sent: { scope: 'repository:acme/other:pull' },
    doors: ['/sts/token'],
    says: 'repository:acme/other:pull',
    hidden: 'wanted',
  },
  robots_disabled: {
    get sent() {
      return { url: off.url }
    },
  },
  owner_disabled: {
    before: () => setEnabled(stage.db, 'acme', false),
    after: () => setEnabled(stage.db, 'acme', true),
  },
  robot_disabled: {
    before: () =>
      stage.db.robot.updateMany({ data: { enabled: false, disabledReason: 'it leaked' } }),
    says: 'The robot acme+ci is disabled: it leaked',
  },
  robot_expired: {
    before: () => stage.db.robot.updateMany({ data: { expiresAt: new Date('2026-01-31') } }),
    says: 'The robot acme+ci expired on 2026-01-31',
  },
  issuer_refused: { entry: { issuer_ref: 'wanted' }, says: '(no_record)', hidden: 'wanted' },
  issuer_unavailable: {
    get entry() {
      return { issuer: silent.issuer }
    },
    get claims() {
      return { iss: silent.issuer }
    },
    says: '(connection)',
    isLogged: false,
  },
}

/** The robot with its entry, and a token that is refused. */
async function prepare({ entry, claims, before }: Case): Promise<string> {
  await stage.robot(ROBOT, [{ issuer: CI, subject: 'job', audiences: ['us'], ...entry }])
  const token = await mint({ sub: 'job', aud: 'us', ...claims })
  await before?.(token)
  return token
}

const counted = (code: string, url: string) =>
  countOf(url, `quay_robots_exchanges_total{outcome="${code}"}`)

describe.each(Object.entries(CASES))('%s', (code, tried) => {
  it.each(tried.doors ?? NAMED_DOORS)('%s', async (name) => {
    const token = await prepare(tried)
    await stage.clearLog()
    const sent = { url: stage.url, token, robot: ROBOT, ...tried.sent }
    const before = await counted(code, sent.url)
    const door: Door = DOORS[name]
    const answer = await fromElsewhere(door.send(sent))
    await tried.after?.()

    const refused = name === '/sts/token' ? 400 : 401
    expect(answer.status).toBe(code === 'issuer_unavailable' ? 503 : refused)
    const words = door.words(answer)
    expect(words.startsWith(`${code}: `), words).toBe(true)
    expect(words).toContain(tried.says ?? '')
    if (tried.hidden) {
      const { 'www-authenticate': challenge, 'x-error-description': words } = answer.headers
      const told = JSON.stringify([answer.body, challenge, words])
      // Its port may hold any digits.
      expect(told.replaceAll(new URL(sent.url).host, '')).not.toContain(tried.hidden)
    }
    expect(await counted(code, sent.url)).toBe(before + 1)
    const logged = (await auditEntries(stage.db)).map(({ kind, metadata }) => [kind, metadata])
    const entry = ['login_failure', expect.objectContaining({ code, robot: ROBOT })]
    const ofIssuer = logged.filter(([kind]) => kind === 'issuer_failure')
    expect(ofIssuer.length).toBeLessThanOrEqual(code === 'issuer_unavailable' ? 1 : 0) // once a minute
    expect(logged.filter((one) => !ofIssuer.includes(one))).toEqual(
      tried.isLogged === false ? [] : [entry],
    )
  })
})

/** The second try may be a second later. */
const ageless = (words: string) => words.replace(/issued \d+/, 'issued some')

it.each(Object.entries(CASES).filter(([, { doors }]) => doors === undefined))(
  'whoever tries a token is told the same code, and what the job would be told: %s',
  async (code, tried) => {
    const token = await prepare(tried)
    const { body: told } = await fromElsewhere(
      exchangeOf(tried.sent?.url ?? stage.url).basic(ROBOT, token),
    )
    const client = tried.sent?.url ? await off.client('alice', 'org:admin') : alice
    const { body } = await client.post('/api/v1/organization/acme/robots/ci/federation/test', {
      token,
    })
    await tried.after?.()
    expect(body).toMatchObject({ admitted: false, reason: code })
    expect(ageless(body.message)).toBe(ageless(told.error))
  },
)

it('credentials that cannot be read are no exchange, and so have no code', async () => {
  for (const headers of [{}, { authorization: 'Basic ?' }, basic('alice', 'x')]) {
    const answer = await exchangeOf(stage.url).call(headers)
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toBe(`Bearer realm="${stage.url}"`)
  }
})

it('what a token claims stands in a header as far as it may', async () => {
  const token = await mint({ iss: `https://"\\\r\nü${'x'.repeat(15_000)}` })
  await stage.robot(ROBOT, [{ issuer: CI, subject: 'job' }])
  const { headers } = await fromElsewhere(exchangeOf(stage.url).basic(ROBOT, token))
  expect(headers['www-authenticate']).toMatch(/^[ -~]{900,1200}"$/)
  expect(headers['www-authenticate']).toContain('"not_configured: ')
})
