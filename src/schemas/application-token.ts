import { z } from 'zod'
import { formatPreciseDate } from '../domain/dates.ts'
import { TEXT_LENGTHS } from '../domain/text-lengths.ts'
import type { ApplicationToken } from '../services/applications/application-tokens.ts'
import { PreciseDateText, shortText } from './common.ts'
import { listOf } from './paging.ts'

const EXAMPLE = {
  uuid: '019400b0-7d4c-7b0a-8b52-3a3d1c6f9e21',
  name: 'pipeline',
  scope: 'org:admin',
  expires_at: '2036-11-22T13:56:36.000000Z',
  created: '2026-11-23T13:56:36.000000Z',
  created_by: 'alice',
  last_accessed: null,
}

export const CreateApplicationTokenSchema = z
  .object({
    name: shortText(TEXT_LENGTHS.tokenName)
      .refine((name) => name !== '', 'must not be empty')
      .describe('What the token is for'),
    scope: shortText(TEXT_LENGTHS.tokenScope).describe(
      'Names of scopes with spaces between them; none that the token of the caller does not hold',
    ),
    expiration: z
      .int()
      .min(1)
      .nullish()
      .describe(
        'Seconds that the token lives; no longer than the token of the caller, and than `limits.token_lifetime`',
      ),
  })
  .meta({
    id: 'NewApplicationToken',
    example: { name: 'pipeline', scope: 'org:admin', expiration: 86_400 },
  })

const ListedTokenSchema = z
  .object({
    uuid: z.string(),
    name: z.string(),
    scope: z.string(),
    expires_at: PreciseDateText,
    created: PreciseDateText,
    created_by: z
      .string()
      .nullable()
      .describe(
        'The user as whom it acts; null, with `details` alone, for what the application got for itself',
      ),
    last_accessed: PreciseDateText.nullable(),
    made_by: z
      .string()
      .nullable()
      .optional()
      .describe('With `details`: UUID of the token that made it, with which it ends'),
  })
  .meta({ id: 'ListedApplicationToken' })

export const ApplicationTokenSchema = ListedTokenSchema.extend({
  token: z.string().describe('Shown this once'),
}).meta({
  id: 'ApplicationToken',
  example: { ...EXAMPLE, token: 'q7Zb3xW9kR2mT8vY5nP1sD4fG6hJ0aLcEeUuIiOo' },
})

export const ApplicationTokenListSchema = listOf({
  tokens: z.array(ListedTokenSchema),
}).meta({ id: 'ApplicationTokenList', example: { tokens: [EXAMPLE] } })

export const presentApplicationToken = (token: ApplicationToken) => ({
  uuid: token.id,
  name: token.name,
  scope: token.scopes.join(' '),
  expires_at: formatPreciseDate(token.expiresAt),
  created: formatPreciseDate(token.createdAt),
  created_by: token.createdBy,
  last_accessed: token.lastAccessedAt && formatPreciseDate(token.lastAccessedAt),
})

export const presentDetailedToken = (token: ApplicationToken) => ({
  ...presentApplicationToken(token),
  made_by: token.parentId,
})
