import { z } from 'zod'
import { formatPreciseDate } from '../domain/dates.ts'
import type { UserToken } from '../services/applications/user-tokens.ts'
import { PreciseDateText } from './common.ts'
import { listOf } from './paging.ts'

const TokenApplicationSchema = z
  .object({ client_id: z.string(), name: z.string(), organization: z.string() })
  .meta({ id: 'TokenApplication' })

const UserTokenSchema = z
  .object({
    uuid: z.string(),
    name: z.string(),
    scope: z.string().describe('Names of scopes with spaces between them'),
    created: PreciseDateText,
    expires_at: PreciseDateText,
    last_accessed: PreciseDateText.nullable(),
    made_by: z
      .string()
      .nullable()
      .describe('UUID of the token that made it, with which it ends; null for what a command made'),
    application: TokenApplicationSchema.nullable().describe('For which it was made'),
  })
  .meta({
    id: 'UserToken',
    example: {
      uuid: '019400b0-7d4c-7b0a-8b52-3a3d1c6f9e21',
      name: 'command line',
      scope: 'org:admin user:admin',
      created: '2026-11-23T13:56:36.000000Z',
      expires_at: '2027-11-23T13:56:36.000000Z',
      last_accessed: null,
      made_by: null,
      application: null,
    },
  })

export const UserTokenListSchema = listOf({ tokens: z.array(UserTokenSchema) }).meta({
  id: 'UserTokenList',
  example: { tokens: [] },
})

export function presentUserToken(token: UserToken): z.output<typeof UserTokenSchema> {
  const { clientId, applicationName, organizationName } = token
  return {
    uuid: token.id,
    name: token.name,
    scope: token.scopes.join(' '),
    created: formatPreciseDate(token.createdAt),
    expires_at: formatPreciseDate(token.expiresAt),
    last_accessed: token.lastAccessedAt && formatPreciseDate(token.lastAccessedAt),
    made_by: token.parentId,
    application:
      clientId === null
        ? null
        : {
            client_id: clientId,
            name: applicationName ?? '',
            organization: organizationName ?? '',
          },
  }
}
