import { z } from 'zod'
import { formatDate } from '../domain/dates.ts'
import { TEXT_LENGTHS } from '../domain/text-lengths.ts'
import type { AppToken } from '../services/applications/app-tokens.ts'
import { DateText, shortText } from './common.ts'
import { listOf } from './paging.ts'

const EXAMPLE = {
  uuid: '019400b0-7d4c-7b0a-8b52-3a3d1c6f9e21',
  title: 'laptop',
  last_accessed: null,
  created: 'Mon, 23 Nov 2026 13:56:36 -0000',
  expiration: null,
}

export const CreateAppTokenSchema = z
  .object({
    title: shortText(TEXT_LENGTHS.appTokenTitle).describe('The user-defined title for the token'),
  })
  .meta({ id: 'NewAppToken', example: { title: 'laptop' } })

const ListedAppTokenSchema = z
  .object({
    uuid: z.string(),
    title: z.string(),
    last_accessed: DateText.nullable().describe('Last log-in with it; null before the first'),
    created: DateText,
    expiration: DateText.nullable().describe('Always null, as in Quay where they do not expire'),
    expires_at: DateText.nullable()
      .optional()
      .describe('With `details`: when it ends, as the API token that made it; null: never'),
  })
  .meta({ id: 'ListedAppToken' })

export const AppTokenSchema = z
  .object({
    token: ListedAppTokenSchema.extend({
      token_code: z.string().describe('The password for the user name `$app`'),
    }).meta({ id: 'AppTokenWithCode' }),
  })
  .meta({
    id: 'AppToken',
    example: { token: { ...EXAMPLE, token_code: 'A6B1C0D2E7F3G9H4J1KZ'.repeat(6) } },
  })

export const AppTokenListSchema = listOf({
  tokens: z.array(ListedAppTokenSchema),
  only_expiring: z.boolean().nullable(),
}).meta({ id: 'AppTokenList', example: { tokens: [EXAMPLE], only_expiring: null } })

export const presentAppToken = (token: AppToken) => ({
  uuid: token.id,
  title: token.title,
  last_accessed: token.lastAccessedAt && formatDate(token.lastAccessedAt),
  created: formatDate(token.createdAt),
  expiration: null,
})

export const presentDetailedAppToken = (token: AppToken) => ({
  ...presentAppToken(token),
  expires_at: token.expiresAt && formatDate(token.expiresAt),
})

export const presentAppTokenWithCode = (token: AppToken & { code: string }) => ({
  token: { ...presentAppToken(token), token_code: token.code },
})
