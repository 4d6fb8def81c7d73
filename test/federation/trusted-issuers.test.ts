import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { strictest } from '../../src/domain/robot-policy.ts'
import { isTrusted } from '../../src/domain/trusted-issuers.ts'
import { exchangeOf, LOOPBACK } from '../helpers/federation.ts'
import { type Issuer, startIssuer } from '../helpers/issuer.ts'
import { countOf, METRICS_TOKEN } from '../helpers/metrics.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'
import { POLICY } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

/** What a record need not say. */
const NO_MORE = {
  keySet: undefined,
  jwksUri: undefined,
  rules: { requiredClaims: undefined, maxTokenLifetime: undefined, singleUse: undefined },
  route: {},
}
const FEDERATION = '/api/v1/organization/acme/robots/ci/federation'

let database: TestDatabase
let open: Stage
let listed: Issuer
let other: Issuer

beforeAll(async () => {
  database = await createTestDatabase()
  open = await startStage({ database, config: LOOPBACK })
  listed = await startIssuer()
  other = await startIssuer()
  await open.people('alice')
  await open.organization('acme')
})
beforeEach(async () => {
  await open.db.robot.deleteMany()
  await open.robot('acme+ci', [
    { issuer: listed.issuer, subject: 'build' },
    { issuer: other.issuer, subject: 'build' },
  ])
})
afterAll(async () => {
  await open?.close()
  await listed?.close()
  await other?.close()
  await database?.drop()
})

/** A server on the same database whose operator lists these issuers, and lets no other be trusted. */
const startStrict = (issuers: string[]) =>
  startStage({
    database,
    config: {
      ...LOOPBACK,
      metricsToken: METRICS_TOKEN,
      policy: { ...POLICY, trustedIssuers: 'listed' },
      issuers: {
        default: {},
        named: new Map(
          issuers.map((issuer, n) => [`record-${n}`, { ...NO_MORE, issuer }] as const),
        ),
      },
    },
  })

const exchange = async (stage: Stage, issuer: Issuer) => {
  const token = await issuer.mint({ sub: 'build' })
  const { status, body } = await exchangeOf(stage.url).basic('acme+ci', token)
  return { status, error: body.error }
}

describe('trusted_issuers: listed', () => {
  it('admits tokens of listed issuers, and asks no other', async () => {
    const strict = await startStrict([listed.issuer])
    const before = other.requests.length
    expect(await exchange(strict, listed)).toMatchObject({ status: 200 })
    const refusals = () =>
      countOf(strict.url, 'quay_robots_issuer_failures_total{reason="not_listed"}')
    const refused = await refusals()
    expect(await exchange(strict, other)).toEqual({
      status: 401,
      error: `Issuer '${other.issuer}' is not one of those that may be trusted here (policy.trusted_issuers) (not_listed)`,
    })
    expect(await refusals()).toBe(refused + 1)
    const bearer = await exchangeOf(strict.url).bearer(await other.mint({ sub: 'build' }))
    expect(bearer.status).toBe(401)
    expect(other.requests).toHaveLength(before)
    expect(await exchange(open, other)).toMatchObject({ status: 200 })
    await strict.close()
  })

  it('without a list admits none', async () => {
    const strict = await startStrict([])
    expect(await exchange(strict, listed)).toMatchObject({ status: 401 })
    expect(await exchange(strict, other)).toMatchObject({ status: 401 })
    await strict.close()
  })

  it('refuses to store entries of other issuers, and lets those of before be posted back', async () => {
    const strict = await startStrict([listed.issuer])
    const alice = await strict.client('alice', 'org:admin', 'user:admin')
    const stored = (await alice.get(FEDERATION)).body
    expect(stored).toHaveLength(2)
    const added = { issuer: other.issuer, subject: 'deploy' }

    const refused = await alice.post(FEDERATION, [...stored, added])
    expect([refused.status, refused.body.error_message]).toEqual([
      400,
      `Issuer '${other.issuer}' is not one of those that may be trusted here (policy.trusted_issuers)`,
    ])
    const unknown = { issuer: other.issuer, subject: 'deploy', issuer_ref: 'to-come' }
    const early = await alice.post(FEDERATION, [...stored, unknown])
    expect([early.status, early.body.error_message]).toEqual([
      400,
      "There is no issuer record 'to-come'",
    ])
    const allowed = await alice.post(FEDERATION, [
      ...stored,
      { issuer: listed.issuer, subject: 'deploy' },
    ])
    expect(allowed.status).toBe(201)
    expect(allowed.body).toHaveLength(3)
    await strict.close()
  })
})

it.each([
  [undefined, 'any', 'any', true],
  [undefined, 'listed', 'any', false],
  [undefined, 'any', 'listed', false],
  ['organization', 'any', 'any', true],
  ['organization', 'listed', 'any', false],
  ['organization', 'any', 'listed', true],
  ['organization', 'listed', 'listed', false],
  ['operator', 'any', 'any', true],
  ['operator', 'listed', 'any', true],
  ['operator', 'any', 'listed', true],
  ['operator', 'listed', 'listed', true],
] as const)(
  'listed by %s; the installation says %s, the organization %s: %s',
  (listedBy, installation, organization, trusted) => {
    const policy = strictest(
      { ...POLICY, trustedIssuers: installation },
      { trusted_issuers: organization },
    )
    expect(isTrusted(listedBy, policy)).toBe(trusted)
  },
)
