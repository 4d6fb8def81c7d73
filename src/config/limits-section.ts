import { LONGEST_API_TOKEN } from '../domain/api-token-life.ts'
import { count } from './count.ts'
import { lifetime } from './lifetime.ts'
import { settings } from './unknown-settings.ts'

/** How much there may be. Counts without a limit are infinite; the lifetime is in seconds, and finite. */
export const LimitsSection = settings({
  robots: count(50_000).describe('robots of a user or an organization'),
  repositories: count(50_000).describe('repositories of a user or an organization'),
  teams: count(5_000).describe('teams of an organization'),
  organizations: count(1_000).describe('organizations that a user makes'),
  robot_api_tokens: count(20).describe('API tokens of a robot that have not expired'),
  token_lifetime: lifetime(LONGEST_API_TOKEN)
    .prefault('365d')
    .describe('longest life of a new API token; `unlimited`: ten years, as in Quay'),
})
  .transform(({ robot_api_tokens, token_lifetime, ...counts }) => ({
    ...counts,
    robotApiTokens: robot_api_tokens,
    tokenLifetime: token_lifetime,
  }))
  .prefault({})
  .describe('How much there may be; what is there already stays')
