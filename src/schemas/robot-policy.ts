import { z } from 'zod'
import { LIFETIME_RULE, lifetimeText, parseLifetime, UNLIMITED } from '../domain/lifetime-text.ts'
import {
  FEDERATION_AUDIENCES,
  SECRET_VISIBILITIES,
  TRUSTED_ISSUERS,
} from '../domain/policy-choices.ts'
import type { RobotPolicy } from '../domain/robot-policy.ts'
import { COUNT_RULE, MAX_COUNT } from '../domain/unlimited-count.ts'
import { ownFlag } from './common.ts'
import { strictObject } from './strict-object.ts'

const LONGEST_TEXT = 10

const POLICY = {
  secret_max_lifetime: z
    .string()
    .max(LONGEST_TEXT)
    .refine((text) => parseLifetime(text) !== undefined, LIFETIME_RULE)
    .optional()
    .describe('Longest life of a new secret, such as `90d`, and how long one lives without more'),
  secret_visibility: z
    .enum(SECRET_VISIBILITIES)
    .optional()
    .describe('When secrets are shown; `once`: when they are made, and never again'),
  secrets_allowed: z
    .boolean()
    .optional()
    .describe('Whether robots have secrets; false: they log in by federation alone'),
  federation_audiences: z
    .enum(FEDERATION_AUDIENCES)
    .optional()
    .describe('Whether federation entries need `audiences`'),
  trusted_issuers: z
    .enum(TRUSTED_ISSUERS)
    .optional()
    .describe('`listed`: those with an issuer record of the organization or of the operator'),
  identity_token_as_password: z
    .boolean()
    .optional()
    .describe('Whether robots log in to the registry with identity tokens themselves'),
  robots_max: z
    .union(
      [z.int(COUNT_RULE).min(0, COUNT_RULE).max(MAX_COUNT, COUNT_RULE), z.literal(UNLIMITED)],
      COUNT_RULE,
    )
    .optional()
    .describe('How many robots the organization may have'),
}

/** An unknown key may be a restriction that is misspelt. */
export const RobotPolicySchema = strictObject(POLICY).meta({
  id: 'RobotPolicy',
  description: 'What the organization decides; absent: what the installation decides holds',
  example: { secret_max_lifetime: '90d', secret_visibility: 'once', trusted_issuers: 'listed' },
})

export const RobotPolicyQuerySchema = z.object({
  effective: ownFlag(
    false,
    'Whether the answer has what holds, of each key the stricter of organization and installation.',
  ),
})

/** What holds, in the words of a document. */
export const presentPolicy = (
  policy: Omit<RobotPolicy, 'own'>,
): z.output<typeof RobotPolicySchema> => ({
  secret_max_lifetime: lifetimeText(policy.secretMaxLifetime),
  secret_visibility: policy.secretVisibility,
  secrets_allowed: policy.secretsAllowed,
  federation_audiences: policy.federationAudiences,
  trusted_issuers: policy.trustedIssuers,
  identity_token_as_password: policy.identityTokenAsPassword,
  robots_max: Number.isFinite(policy.robotsMax) ? policy.robotsMax : UNLIMITED,
})
