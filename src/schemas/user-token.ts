import { z } from 'zod'
import { LONGEST_API_TOKEN } from '../domain/api-token-life.ts'
import { formatPreciseDate } from '../domain/dates.ts'
import { parseDuration } from '../domain/duration.ts'
import { SCOPES } from '../domain/scopes.ts'
import { TEXT_LENGTHS } from '../domain/text-lengths.ts'
import type { UserToken } from '../services/applications/user-tokens.ts'
import { PreciseDateText, searchText, shortText } from './common.ts'
import { listOf, PageQuerySchema } from './paging.ts'
import { strictObject } from './strict-object.ts'

const EXAMPLE = {
  uuid: '019400b0-7d4c-7b0a-8b52-3a3d1c6f9e21',
  name: 'laptop',
  scope: 'org:admin user:admin',
  created: '2026-11-23T13:56:36.000000Z',
  expires_at: '2027-02-21T13:56:36.000000Z',
  last_accessed: null,
  made_by: null,
  application: null,
}

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
      .describe(
        'UUID of the token that made it, with which it ends; null for what a password or a command made',
      ),
    application: TokenApplicationSchema.nullable().describe('For which it was made'),
  })
  .meta({ id: 'UserToken', example: EXAMPLE })

export const MadeUserTokenSchema = UserTokenSchema.extend({
  token: z.string().describe('Shown this once'),
}).meta({
  id: 'MadeUserToken',
  example: { ...EXAMPLE, token: 'q7Zb3xW9kR2mT8vY5nP1sD4fG6hJ0aLcEeUuIiOo' },
})

const LIFE =
  'must be a duration such as 90d, 12h or 30m (s, m, h, d, w), or whole seconds; from 1 s to ten years'

const secondsOf = (life: number | string) =>
  typeof life === 'number' ? life : (parseDuration(life) ?? 0)

export const NewUserTokenSchema = strictObject({
  name: shortText(TEXT_LENGTHS.tokenName)
    .refine((name) => name.trim() !== '', 'must not be empty')
    .describe('What the token is for'),
  scope: shortText(TEXT_LENGTHS.tokenScope).describe(
    `Names of scopes with spaces between them, of ${SCOPES.join(', ')}; none that the token of the caller does not hold`,
  ),
  expires_in: z
    .union([z.int(), z.string()], LIFE)
    .refine((life) => secondsOf(life) >= 1 && secondsOf(life) <= LONGEST_API_TOKEN, LIFE)
    .optional()
    .describe(
      'How long it lives: a duration such as `90d`, or seconds. No longer than `limits.token_lifetime` and than the ' +
        'token of the caller; as long as these where it is left out',
    ),
}).meta({
  id: 'NewUserToken',
  example: { name: 'laptop', scope: 'org:admin user:admin', expires_in: '90d' },
})

export const toNewUserToken = ({
  name,
  scope,
  expires_in,
}: z.output<typeof NewUserTokenSchema>) => ({
  name,
  scope,
  expiresIn: expires_in === undefined ? undefined : secondsOf(expires_in),
})

export const UserTokenListQuerySchema = PageQuerySchema.extend({
  q: searchText('Only those that have this in their names.'),
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
