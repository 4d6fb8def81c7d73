import { z } from 'zod'
import { parseDuration } from '../domain/duration.ts'
import { MAX_TOKEN_LIFETIME } from '../domain/token-lifetimes.ts'

const UNLIMITED = 'unlimited'
const MAX_COUNT = 10_000_000

const COUNT = `must be a whole number from 0 to ${MAX_COUNT}, or ${UNLIMITED}`
const LIFETIME = `must be a duration from 1m to 3652d such as 90d or 12h (s, m, h, d, w), or ${UNLIMITED}`

const count = (fallback: number) =>
  z
    .union([z.int(COUNT).min(0, COUNT).max(MAX_COUNT, COUNT), z.literal(UNLIMITED)], COUNT)
    .transform((value) => (value === UNLIMITED ? Number.POSITIVE_INFINITY : value))
    .prefault(fallback)

const lifetime = z
  .string(LIFETIME)
  .regex(/^(\d{1,9}[smhdw]|unlimited)$/, { error: LIFETIME, abort: true })
  .transform((text) => (text === UNLIMITED ? MAX_TOKEN_LIFETIME : (parseDuration(text) ?? 0)))
  .refine((seconds) => seconds >= 60 && seconds <= MAX_TOKEN_LIFETIME, LIFETIME)

/** How much there may be. Counts without a limit are infinite; the lifetime is in seconds, and finite. */
export const LimitsSection = z
  .strictObject({
    robots: count(50_000).describe('robots of a user or an organization'),
    repositories: count(50_000).describe('repositories of a user or an organization'),
    teams: count(5_000).describe('teams of an organization'),
    organizations: count(1_000).describe('organizations that a user makes'),
    token_lifetime: lifetime
      .prefault('365d')
      .describe('longest life of a new API token; `unlimited`: ten years, as in Quay'),
  })
  .transform(({ token_lifetime, ...counts }) => ({ ...counts, tokenLifetime: token_lifetime }))
  .prefault({})
  .describe('How much there may be; what is there already stays')
