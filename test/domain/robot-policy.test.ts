import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  createPolicyOf,
  type PolicyDocument,
  type PolicyValues,
  settingOf,
  strictest,
} from '../../src/domain/robot-policy.ts'

// The policy of an installation with that of one of its organizations: of each key the stricter holds.

const DAY = 86_400
const LIVES = [60, DAY, 14 * DAY, 90 * DAY, Number.POSITIVE_INFINITY]
const COUNTS = [0, 1, 5, 10_000_000, Number.POSITIVE_INFINITY]

/** What a policy lets happen, told without a notion of strictness. */
function admitted(policy: PolicyValues): Set<string> {
  const { federationAudiences: audiences } = policy
  return new Set([
    ...LIVES.filter((seconds) => seconds <= policy.secretMaxLifetime).map((s) => `lives ${s}`),
    ...COUNTS.filter((count) => count <= policy.robotsMax).map((count) => `robots ${count}`),
    ...(policy.secretVisibility === 'always' ? ['secret shown again'] : []),
    ...(policy.secretsAllowed ? ['secret'] : []),
    ...(audiences === 'optional' ? ['entry for any audience'] : []),
    ...(audiences === 'required' ? [] : ['entry posted without audience']),
    ...(policy.trustedIssuers === 'any' ? ['issuer that nobody lists'] : []),
    ...(policy.identityTokenAsPassword ? ['identity token as password'] : []),
  ])
}

const SHARED = {
  secretVisibility: ['always', 'once'],
  federationAudiences: ['optional', 'default', 'required'],
  trustedIssuers: ['any', 'listed'],
} as const

const INSTALLATION: fc.Arbitrary<PolicyValues> = fc.record({
  secretMaxLifetime: fc.constantFrom(...LIVES),
  secretVisibility: fc.constantFrom(...SHARED.secretVisibility),
  secretsAllowed: fc.boolean(),
  federationAudiences: fc.constantFrom(...SHARED.federationAudiences),
  trustedIssuers: fc.constantFrom(...SHARED.trustedIssuers),
  identityTokenAsPassword: fc.boolean(),
  robotsMax: fc.constantFrom(...COUNTS),
})

/** Of an organization, as a document and as what that says by itself. */
const ORGANIZATION: fc.Arbitrary<PolicyDocument> = fc.record(
  {
    secret_max_lifetime: fc.constantFrom('60s', '1d', '2w', '90d', 'unlimited'),
    secret_visibility: fc.constantFrom(...SHARED.secretVisibility),
    secrets_allowed: fc.boolean(),
    federation_audiences: fc.constantFrom(...SHARED.federationAudiences),
    trusted_issuers: fc.constantFrom(...SHARED.trustedIssuers),
    identity_token_as_password: fc.boolean(),
    robots_max: fc.constantFrom(0, 1, 5, 10_000_000, 'unlimited' as const),
  },
  { requiredKeys: [] },
)

const SECONDS = { '60s': 60, '1d': DAY, '2w': 14 * DAY, '90d': 90 * DAY } as Record<string, number>

const MOST: PolicyValues = {
  secretMaxLifetime: Number.POSITIVE_INFINITY,
  secretVisibility: 'always',
  secretsAllowed: true,
  federationAudiences: 'optional',
  trustedIssuers: 'any',
  identityTokenAsPassword: true,
  robotsMax: Number.POSITIVE_INFINITY,
}

const saidBy = (document: PolicyDocument): PolicyValues => ({
  secretMaxLifetime:
    SECONDS[document.secret_max_lifetime ?? 'unlimited'] ?? Number.POSITIVE_INFINITY,
  secretVisibility: document.secret_visibility ?? 'always',
  secretsAllowed: document.secrets_allowed ?? true,
  federationAudiences: document.federation_audiences ?? 'optional',
  trustedIssuers: document.trusted_issuers ?? 'any',
  identityTokenAsPassword: document.identity_token_as_password ?? true,
  robotsMax:
    typeof document.robots_max === 'number' ? document.robots_max : Number.POSITIVE_INFINITY,
})

it('admits what both admit, and nothing else', () => {
  fc.assert(
    fc.property(INSTALLATION, ORGANIZATION, (installation, document) => {
      const own = admitted(saidBy(document))
      const both = [...admitted(installation)].filter((what) => own.has(what))
      expect([...admitted(strictest(installation, document))]).toEqual(both)
    }),
    { numRuns: 2000 },
  )
})

it('is that of the installation where an organization decides nothing', () => {
  fc.assert(
    fc.property(INSTALLATION, (installation) => {
      const nothing = { ...installation, own: [] }
      expect(strictest(installation, null)).toEqual(nothing)
      expect(strictest(installation, {})).toEqual(nothing)
      expect(createPolicyOf(installation)({ robotPolicy: null })).toEqual(nothing)
    }),
  )
})

it('says whose decision it is', () => {
  const document = { secret_visibility: 'once', robots_max: 5 } as const
  const policy = createPolicyOf({ ...MOST, robotsMax: 5 })({ robotPolicy: document })
  expect(policy.own).toEqual(['secretVisibility'])
  expect(settingOf(policy, 'secretVisibility')).toBe(
    "secret_visibility in the organization's robot policy",
  )
  expect(settingOf(policy, 'robotsMax')).toBe('policy.robots_max')
})
