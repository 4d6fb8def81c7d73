import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/config.ts'
import { VERSION } from '../../src/version.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const SETTINGS = '/api/v1/superuser/settings'
const ISSUER = 'https://issuer.example.com'

let stage: Stage

beforeAll(async () => {
  const { issuers, policy, limits } = loadConfig({})
  const record = { keySet: undefined, jwksUri: undefined, route: {} }
  const rules = { requiredClaims: undefined, maxTokenLifetime: undefined, singleUse: undefined }
  stage = await startStage({
    config: {
      ...{ apiProfile: 'live', databaseUrl: 'postgresql://robots:password@db.example.com/robots' },
      ...{
        registryHost: 'images.example.com:5000',
        registryService: 'images',
        tokenIssuer: 'robots',
      },
      policy: { ...policy, secretVisibility: 'once', secretMaxLifetime: 86_400 },
      limits: { ...limits, teams: Number.POSITIVE_INFINITY },
      issuers: {
        ...issuers,
        named: new Map([
          ['plain', { ...record, issuer: ISSUER, rules }],
          [
            'cluster',
            {
              ...record,
              issuer: 'https://kubernetes.default.svc',
              jwksUri: 'https://user:password@keys.example.com',
              route: { proxy: 'http://user:password@proxy.example.com' },
              rules: { ...rules, requiredClaims: { namespace: 'ci' }, maxTokenLifetime: 3600 },
            },
          ],
        ]),
      } as unknown as typeof issuers,
    },
  })
  await stage.people('alice')
  await stage.superusers('root')
})
afterAll(() => stage.close())

it('tells superusers what the operator decides, and no secret', async () => {
  const root = await stage.client('root', 'super:user')
  const { body, text } = await root.get(SETTINGS).expect(200)
  expect(body.program).toEqual({
    ...{ version: VERSION, profile: 'live', database: 'postgresql' },
  })
  expect(body.registry).toEqual({
    ...{ host: 'images.example.com:5000', service: 'images', issuer: 'robots' },
    realm: `${stage.url}/v2/auth`,
  })
  expect(body.issuers).toEqual([
    {
      name: 'cluster',
      issuer: 'https://kubernetes.default.svc',
      keys: 'jwks_uri',
      required_claims: { namespace: 'ci' },
      max_token_lifetime: 3600,
      single_use: false,
    },
    {
      ...{ name: 'plain', issuer: ISSUER, keys: 'discovery' },
      ...{ required_claims: null, max_token_lifetime: null, single_use: false },
    },
  ])
  expect(body.policy).toEqual({
    ...{ secret_max_lifetime: '1d', secret_visibility: 'once', secrets_allowed: true },
    ...{ federation_audiences: 'optional', trusted_issuers: 'any' },
    ...{ identity_token_as_password: true, robots_max: 'unlimited' },
  })
  expect(body.limits).toEqual({
    ...{ robots: 50_000, repositories: 50_000, teams: null, organizations: 1_000 },
    ...{ robot_api_tokens: 20, token_lifetime: '365d' },
  })
  expect(text).not.toContain('password@')
})

it('is for superusers alone', async () => {
  const alice = await stage.client('alice', 'org:admin')
  await alice.get(SETTINGS).expect(403)
  await stage.api.as().get(SETTINGS).expect(401)
})
