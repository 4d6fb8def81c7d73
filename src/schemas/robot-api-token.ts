import { z } from 'zod'
import { formatPreciseDate } from '../domain/dates.ts'
import { ROBOT_API_TOKEN_LIFE } from '../domain/robot-api-token-life.ts'
import { SCOPES } from '../domain/scopes.ts'
import { TEXT_LENGTHS } from '../domain/text-lengths.ts'
import type { RobotApiToken } from '../services/robots/robot-api-tokens.ts'
import { PreciseDateText, shortText } from './common.ts'
import { listOf } from './paging.ts'

const EXAMPLE = {
  uuid: '019400b0-7d4c-7b0a-8b52-3a3d1c6f9e21',
  name: 'CI robot token',
  scope: 'repo:read',
  expires_at: '2026-12-23T13:56:36.000000Z',
  created: '2026-11-23T13:56:36.000000Z',
  created_by: 'ada',
  last_accessed: null,
}

const RobotApiTokenSchema = z
  .object({
    uuid: z.string(),
    name: z.string(),
    scope: z.string().describe('Names of scopes with spaces between them'),
    expires_at: PreciseDateText,
    created: PreciseDateText,
    created_by: z.string().nullable().describe('The user who made it; null once there is none'),
    last_accessed: PreciseDateText.nullable(),
  })
  .meta({ id: 'RobotApiToken', example: EXAMPLE })

export const MadeRobotApiTokenSchema = RobotApiTokenSchema.extend({
  token: z.string().describe('Shown this once'),
}).meta({
  id: 'MadeRobotApiToken',
  example: {
    ...EXAMPLE,
    token: 'qro_7ZB3XW9KR2MT8VY5NP1SD4FG6HJ0ALCEEUUIIOO2K9QW8E7R6T5Y4U3I2O1P0',
  },
})

export const RobotApiTokenListSchema = listOf({ tokens: z.array(RobotApiTokenSchema) }).meta({
  id: 'RobotApiTokenList',
  example: { tokens: [EXAMPLE] },
})

export const MintableScopesSchema = z
  .object({ scopes: z.array(z.enum(SCOPES)) })
  .meta({ id: 'MintableScopes', example: { scopes: ['repo:read', 'org:admin'] } })

export const NewRobotApiTokenSchema = z
  .object({
    name: shortText(TEXT_LENGTHS.tokenName)
      .min(1, 'must not be empty')
      .describe('What the token is for'),
    scope: shortText(TEXT_LENGTHS.tokenScope).describe(
      `Names of scopes with blanks or commas between them, of ${SCOPES.join(', ')}; none that the token of the caller does not include`,
    ),
    expiration: z
      .number()
      .min(1, 'must be 1 or more')
      .optional()
      .describe(
        `How many seconds it lives: ${ROBOT_API_TOKEN_LIFE.most} at most, ${ROBOT_API_TOKEN_LIFE.usual} where it is left out`,
      ),
  })
  .meta({
    id: 'NewRobotApiToken',
    example: { name: 'CI robot token', scope: 'repo:read', expiration: 3600 },
  })

export const toNewRobotApiToken = ({
  name,
  scope,
  expiration,
}: z.output<typeof NewRobotApiTokenSchema>) => ({ name, scope, expiration })

export const presentRobotApiToken = (
  token: RobotApiToken,
): z.output<typeof RobotApiTokenSchema> => ({
  uuid: token.id,
  name: token.name,
  scope: token.scopes.join(' '),
  expires_at: formatPreciseDate(token.expiresAt),
  created: formatPreciseDate(token.createdAt),
  created_by: token.createdBy,
  last_accessed: token.lastAccessedAt && formatPreciseDate(token.lastAccessedAt),
})
