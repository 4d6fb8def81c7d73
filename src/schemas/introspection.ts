import { z } from 'zod'
import type { RobotTokenClaims } from '../services/robots/robot-tokens.ts'

const TOKEN = 'eyJhbGciOiJFUzI1NiIsInR5cCI6InJvYm90K2p3dCJ9.e30.c2ln'

/** The form of RFC 7662 §2.1. */
export const RobotTokenQuestionSchema = z
  .object({
    token: z.string(),
    token_type_hint: z.string().optional().describe('Not looked at'),
  })
  .meta({ id: 'RobotTokenQuestion', example: { token: TOKEN } })

/** RFC 7662 §2.2. */
export const RobotTokenIntrospectionSchema = z
  .object({
    active: z.boolean(),
    token_type: z.literal('Bearer').optional(),
    username: z.string().optional().describe('Full name of the robot account'),
    sub: z.string().optional().describe('The same'),
    iss: z.string().optional(),
    aud: z.string().optional(),
    iat: z.int().optional(),
    nbf: z.int().optional(),
    exp: z.int().optional(),
    jti: z.string().optional(),
    scope: z
      .string()
      .optional()
      .describe(
        'Its scopes of the API, and what it reaches at most of the registry, with blanks between; without, all that the robot does at the registry',
      ),
  })
  .meta({
    id: 'RobotTokenIntrospection',
    example: {
      active: true,
      token_type: 'Bearer',
      username: 'acme+deployer',
      sub: 'acme+deployer',
      iss: 'https://robots.example.com',
      aud: 'robots.example.com',
      iat: 1795444418,
      nbf: 1795444418,
      exp: 1795448018,
      jti: '019ab0a1-7c3e-7b5d-9f2c-3f4e5a6b7c8d',
    },
  })

export function presentClaims(claims: RobotTokenClaims | undefined) {
  if (!claims) return { active: false }
  const { iss, aud, sub, iat, nbf, exp, jti } = claims
  const tokenType = 'Bearer' as const
  const scope = scopeOf(claims)
  const shown = { iss, aud, sub, iat, nbf, exp, jti, ...(scope !== undefined && { scope }) }
  return { active: true, token_type: tokenType, username: sub, ...shown }
}

/** As the answer said that gave the token: its scopes of the API, then those of the registry. */
function scopeOf({ api_scopes: ofApi, registry_scopes: ofRegistry }: RobotTokenClaims) {
  if (ofApi === undefined && ofRegistry === undefined) return undefined
  return [...(ofApi === undefined ? [] : [ofApi]), ...(ofRegistry ?? [])].join(' ')
}
