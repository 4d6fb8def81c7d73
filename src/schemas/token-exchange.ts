import { z } from 'zod'
import { ACCESS_TOKEN, TOKEN_EXCHANGE } from '../domain/token-exchange.ts'

/** The form of RFC 8693 §2.1. Each parameter may stand there once. */
export const TokenExchangeRequestSchema = z
  .object({
    grant_type: z.string().optional().describe(`\`${TOKEN_EXCHANGE}\``),
    subject_token: z
      .string()
      .optional()
      .describe('An identity token, of 24,576 characters at most'),
    subject_token_type: z.string().optional().describe('`urn:ietf:params:oauth:token-type:jwt`'),
    requested_token_type: z.string().optional().describe(`\`${ACCESS_TOKEN}\``),
    resource: z.string().optional().describe('`urn:quay:robot:OWNER+NAME`, with the `+` as `%2B`'),
    scope: z
      .string()
      .optional()
      .describe(
        'Scopes of the API and of the registry that the token is to be bound to, with blanks between them; without, all that the entry gives',
      ),
  })
  .meta({
    id: 'TokenExchangeRequest',
    example: {
      grant_type: TOKEN_EXCHANGE,
      subject_token: 'eyJhbGciOiJSUzI1NiIsImtpZCI6ImZpcnN0In0.e30.c2ln',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      resource: 'urn:quay:robot:acme+deployer',
      scope: 'repository:acme/web:pull',
    },
  })

/** RFC 8693 §2.2.1. */
export const TokenExchangeAnswerSchema = z
  .object({
    access_token: z.string().describe('A robot token'),
    issued_token_type: z.literal(ACCESS_TOKEN),
    token_type: z.literal('Bearer'),
    expires_in: z.int().describe('Seconds'),
    scope: z
      .string()
      .optional()
      .describe('Its scopes of the API, and what it reaches at most of the registry'),
  })
  .meta({
    id: 'TokenExchangeAnswer',
    example: {
      access_token: 'eyJhbGciOiJFUzI1NiIsInR5cCI6InJvYm90K2p3dCJ9.e30.c2ln',
      issued_token_type: ACCESS_TOKEN,
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'repository:acme/web:pull',
    },
  })
