import { z } from 'zod'
import type { ProfileName } from '../domain/api-profile.ts'
import type { ClaimConditions } from '../domain/claim-conditions.ts'
import { lifetimeText } from '../domain/lifetime-text.ts'
import { ClaimsSchema } from './federation.ts'
import { presentPolicy, RobotPolicySchema } from './robot-policy.ts'

const most = z.int().nullable().describe('Null: no limit')

const TrustedIssuerSchema = z
  .object({
    name: z.string().describe('What entries call it by (`issuer_ref`)'),
    issuer: z.string().describe('The issuer, exactly as in `iss`'),
    keys: z
      .enum(['configured', 'jwks_uri', 'discovery'])
      .describe('Where its keys are: in the file, at an address in the file, where it says itself'),
    required_claims: ClaimsSchema.nullable().describe('What all its tokens must claim'),
    max_token_lifetime: z.int().nullable().describe('Longest time from `iat` to `exp`, in seconds'),
    single_use: z.boolean().describe('Whether each of its tokens can be exchanged once'),
  })
  .meta({ id: 'TrustedIssuer' })

const POLICY = { secret_max_lifetime: '90d', secret_visibility: 'once' } as const

export const InstallationSettingsSchema = z
  .object({
    program: z
      .object({
        version: z.string(),
        profile: z.enum(['documented', 'live']).describe('`API_PROFILE`'),
        database: z.enum(['embedded', 'postgresql']),
      })
      .meta({ id: 'InstallationProgram' }),
    registry: z
      .object({
        host: z.string().describe('`REGISTRY_HOST`: `host[:port]`, as clients log in to it'),
        service: z.string().describe('`REGISTRY_SERVICE`: `aud` of registry tokens'),
        issuer: z.string().describe('`TOKEN_ISSUER`: `iss` of registry tokens'),
        realm: z.string().describe('Where it sends clients for a token'),
      })
      .meta({ id: 'InstallationRegistry', description: 'What a registry is told of the service' }),
    issuers: z.array(TrustedIssuerSchema).describe('By name; the section `issuers`'),
    policy: RobotPolicySchema.describe('Of each key; the section `policy`'),
    limits: z
      .object({
        robots: most,
        repositories: most,
        teams: most,
        organizations: most,
        robot_api_tokens: most,
        token_lifetime: z.string().describe('Longest life of a new API token'),
      })
      .meta({ id: 'InstallationLimits', description: 'The section `limits`' }),
  })
  .meta({
    id: 'InstallationSettings',
    example: {
      program: { version: '0.1.0', profile: 'documented', database: 'postgresql' },
      registry: {
        host: 'registry.example.com',
        service: 'registry.example.com',
        issuer: 'https://robots.example.com',
        realm: 'https://robots.example.com/v2/auth',
      },
      issuers: [
        {
          name: 'prod-cluster',
          issuer: 'https://kubernetes.default.svc.cluster.local',
          keys: 'configured',
          required_claims: null,
          max_token_lifetime: 3600,
          single_use: false,
        },
      ],
      policy: POLICY,
      limits: {
        ...{ robots: 50_000, repositories: 50_000, teams: 5_000, organizations: 1_000 },
        ...{ robot_api_tokens: 20, token_lifetime: '365d' },
      },
    },
  })

interface IssuerSettings {
  issuer: string
  keySet: unknown
  jwksUri: string | undefined
  rules: {
    requiredClaims: ClaimConditions | undefined
    maxTokenLifetime: number | undefined
    singleUse: boolean | undefined
  }
}

/** Counts without a limit are infinite; lifetimes are in seconds. */
interface Settings {
  apiProfile: ProfileName
  /** Undefined: the embedded one is used. */
  databaseUrl: string | undefined
  publicUrl: string
  registryHost: string
  registryService: string
  tokenIssuer: string
  issuers: { named: ReadonlyMap<string, IssuerSettings> }
  policy: Parameters<typeof presentPolicy>[0]
  limits: Record<
    'robots' | 'repositories' | 'teams' | 'organizations' | 'robotApiTokens' | 'tokenLifetime',
    number
  >
}

/** Where the keys of an issuer come from. */
function keysOf({ keySet, jwksUri }: IssuerSettings): z.output<typeof TrustedIssuerSchema>['keys'] {
  if (keySet) return 'configured'
  return jwksUri === undefined ? 'discovery' : 'jwks_uri'
}

const countOf = (count: number) => (Number.isFinite(count) ? count : null)

const presentIssuer = (name: string, record: IssuerSettings) => ({
  name,
  issuer: record.issuer,
  keys: keysOf(record),
  required_claims: record.rules.requiredClaims ?? null,
  max_token_lifetime: record.rules.maxTokenLifetime ?? null,
  single_use: record.rules.singleUse ?? false,
})

/** Without keys and how issuers are asked: the address of a proxy may hold a password. */
export const presentInstallationSettings = (
  { issuers, policy, limits, ...settings }: Settings,
  version: string,
): z.output<typeof InstallationSettingsSchema> => ({
  program: {
    version,
    profile: settings.apiProfile,
    database: settings.databaseUrl === undefined ? 'embedded' : 'postgresql',
  },
  registry: {
    host: settings.registryHost,
    service: settings.registryService,
    issuer: settings.tokenIssuer,
    realm: `${settings.publicUrl}/v2/auth`,
  },
  issuers: [...issuers.named]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, record]) => presentIssuer(name, record)),
  policy: presentPolicy(policy),
  limits: {
    robots: countOf(limits.robots),
    repositories: countOf(limits.repositories),
    teams: countOf(limits.teams),
    organizations: countOf(limits.organizations),
    robot_api_tokens: countOf(limits.robotApiTokens),
    token_lifetime: lifetimeText(limits.tokenLifetime),
  },
})
