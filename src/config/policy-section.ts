import { z } from 'zod'
import { audienceProblem } from '../domain/futile-entries.ts'
import { UNLIMITED } from '../domain/lifetime-text.ts'
import {
  FEDERATION_AUDIENCES,
  SECRET_VISIBILITIES,
  TRUSTED_ISSUERS,
} from '../domain/policy-choices.ts'
import { count } from './count.ts'
import { lifetime } from './lifetime.ts'
import { settings } from './unknown-settings.ts'

const MAX_LENGTH = 2048
const AUDIENCE = `must be one audience, such as https://robots.example.com, of at most ${MAX_LENGTH} characters`

const isAudience = (text: string) =>
  text !== '' && text.length <= MAX_LENGTH && audienceProblem(text) === undefined

/** What organizations may decide for themselves at most: of the keys that they have too, the stricter holds. */
export const PolicySection = settings({
  trusted_issuers: z
    .enum(TRUSTED_ISSUERS)
    .prefault('any')
    .describe('issuers that robots may trust; `listed`: those of the section `issuers`'),
  federation_audiences: z
    .enum(FEDERATION_AUDIENCES)
    .prefault('optional')
    .describe(
      'whether federation entries need `audiences`; `default`: new ones without get that of `audience`; `required`: those without admit nobody',
    ),
  audience: z
    .string(AUDIENCE)
    .refine(isAudience, AUDIENCE)
    .optional()
    .describe(
      'audience that jobs are to ask identity tokens for, and `default` enters; without, `PUBLIC_URL`',
    ),
  secret_max_lifetime: lifetime(Number.POSITIVE_INFINITY)
    .prefault(UNLIMITED)
    .describe(
      'longest life of a new secret of a robot, and how long one lives where its maker does not say; those of before stay',
    ),
  secret_visibility: z
    .enum(SECRET_VISIBILITIES)
    .prefault('always')
    .describe('when secrets of robots are shown; `once`: when they are made, and never again'),
  secrets_allowed: z
    .boolean('must be true or false')
    .prefault(true)
    .describe('whether robots have secrets; `false`: they log in by federation alone'),
  robots_max: count(UNLIMITED).describe(
    'robots of a user or an organization, where that is less than `limits.robots`',
  ),
  robot_api_tokens: z
    .boolean('must be true or false')
    .prefault(true)
    .describe('whether robots are given API tokens, and call the API with them'),
  robot_api_token_exchange: z
    .boolean('must be true or false')
    .prefault(true)
    .describe('whether identity tokens are exchanged at `/sts/token`, too (RFC 8693)'),
  identity_token_as_password: z
    .boolean('must be true or false')
    .prefault(true)
    .describe('whether robots log in to the registry with identity tokens themselves, too'),
})
  .transform(({ audience, ...section }) => ({
    trustedIssuers: section.trusted_issuers,
    federationAudiences: section.federation_audiences,
    audience,
    secretMaxLifetime: section.secret_max_lifetime,
    secretVisibility: section.secret_visibility,
    secretsAllowed: section.secrets_allowed,
    robotsMax: section.robots_max,
    robotApiTokens: section.robot_api_tokens,
    robotApiTokenExchange: section.robot_api_token_exchange,
    identityTokenAsPassword: section.identity_token_as_password,
  }))
  .prefault({})
  .describe('What is allowed in all of the installation')
