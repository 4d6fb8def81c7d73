import { z } from 'zod'
import type { FederationIdentity } from '../domain/federation-config.ts'
import { shortText } from './common.ts'

const MAX_ENTRIES = 200
const MAX_LENGTH = 2048

const EntrySchema = z
  .object({
    issuer: shortText(MAX_LENGTH).describe('Issuer of the identity tokens, an http(s) URL'),
    subject: shortText(MAX_LENGTH).describe('Their `sub`, exactly'),
    audiences: z
      .array(shortText(MAX_LENGTH).refine((audience) => audience !== '', 'must not be empty'))
      .min(1)
      .max(10)
      .optional()
      .describe('If given, a token must be meant for one of these (`aud`)'),
  })
  .meta({ id: 'FederationEntry' })

const EXAMPLE = [
  {
    issuer: 'https://token.actions.githubusercontent.com',
    subject: 'repo:acme/web:ref:refs/heads/main',
    audiences: ['https://robots.example.com'],
  },
]

/** The list that is posted and shown; other keys are dropped. */
export const FederationConfigSchema = z
  .array(EntrySchema)
  .max(MAX_ENTRIES)
  .meta({ id: 'FederationConfig', example: EXAMPLE })

export const toIdentities = (
  config: z.output<typeof FederationConfigSchema>,
): FederationIdentity[] => config.map((entry) => ({ ...entry, audiences: entry.audiences ?? [] }))

export const RobotTokenSchema = z
  .object({ token: z.string().describe('A JSON Web Token: the robot’s password while it lives') })
  .meta({
    id: 'RobotToken',
    example: { token: 'eyJhbGciOiJFUzI1NiIsInR5cCI6InJvYm90K2p3dCJ9.e30.c2ln' },
  })
