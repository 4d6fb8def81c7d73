import { z } from 'zod'
import { SCOPES } from '../domain/scopes.ts'
import type { ActiveToken } from '../services/applications/oauth.ts'

const ClientFields = {
  client_id: z.string().optional().describe('Where the client does not authenticate by Basic'),
  client_secret: z.string().optional(),
}

export const TokenRequestSchema = z
  .object({
    grant_type: z.string().optional().describe('`client_credentials`'),
    scope: z
      .string()
      .optional()
      .describe('Names with spaces between them; all that the application may have unless given'),
    ...ClientFields,
  })
  .meta({ id: 'OAuthTokenRequest', example: { grant_type: 'client_credentials' } })

export const TokenAnswerSchema = z
  .object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int().describe('Seconds'),
    scope: z.string(),
  })
  .meta({
    id: 'OAuthToken',
    example: {
      access_token: 'q7Zb3xW9kR2mT8vY5nP1sD4fG6hJ0aLcEeUuIiOo',
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'org:admin',
    },
  })

export const TokenQuestionSchema = z
  .object({
    token: z.string().optional(),
    token_type_hint: z.string().optional().describe('Not looked at'),
    ...ClientFields,
  })
  .meta({
    id: 'OAuthTokenQuestion',
    example: { token: 'q7Zb3xW9kR2mT8vY5nP1sD4fG6hJ0aLcEeUuIiOo' },
  })

export const IntrospectionSchema = z
  .object({
    active: z.boolean(),
    scope: z.string().optional(),
    client_id: z.string().optional(),
    username: z.string().optional().describe('The user as whom the token acts'),
    token_type: z.literal('Bearer').optional(),
    exp: z.int().optional(),
    iat: z.int().optional(),
    sub: z.string().optional().describe('The user, or the application itself by its client id'),
  })
  .meta({ id: 'OAuthIntrospection', example: { active: false } })

const OAuthErrorSchema = z
  .object({ error: z.string(), error_description: z.string().optional() })
  .meta({ id: 'OAuthError', example: { error: 'invalid_client' } })

const described = (description: string) => ({
  description,
  content: { 'application/json': { schema: OAuthErrorSchema } },
})

export const OAUTH_ERRORS = {
  400: described('Bad Request (RFC 6749 §5.2)'),
  401: described('Missing or invalid client authentication'),
  413: described('Request body too large'),
  415: described('Request body of another type than a form'),
  429: described('Too many requests; see `Retry-After`'),
  503: described('Unavailable; see `Retry-After`'),
}

const METHODS = ['client_secret_basic', 'client_secret_post'] as const

export const ServerMetadataSchema = z
  .object({
    issuer: z.url(),
    token_endpoint: z.url(),
    token_endpoint_auth_methods_supported: z.array(z.string()),
    grant_types_supported: z.array(z.string()),
    response_types_supported: z.array(z.string()),
    scopes_supported: z.array(z.string()),
    revocation_endpoint: z.url(),
    revocation_endpoint_auth_methods_supported: z.array(z.string()),
    introspection_endpoint: z.url(),
    introspection_endpoint_auth_methods_supported: z.array(z.string()),
    token_exchange_endpoint: z
      .url()
      .optional()
      .describe('Where identity tokens of CI jobs become robot tokens (RFC 8693), without client'),
  })
  .meta({
    id: 'OAuthServerMetadata',
    example: serverMetadata('https://robots.example.com', { tokenExchange: true }),
  })

/** `response_types_supported` is required, but empty: there is no authorization endpoint. */
export function serverMetadata(publicUrl: string, { tokenExchange }: { tokenExchange: boolean }) {
  return {
    issuer: publicUrl,
    token_endpoint: `${publicUrl}/oauth/token`,
    token_endpoint_auth_methods_supported: [...METHODS],
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    scopes_supported: [...SCOPES],
    revocation_endpoint: `${publicUrl}/oauth/revoke`,
    revocation_endpoint_auth_methods_supported: [...METHODS],
    introspection_endpoint: `${publicUrl}/oauth/introspect`,
    introspection_endpoint_auth_methods_supported: [...METHODS],
    ...(tokenExchange && { token_exchange_endpoint: `${publicUrl}/sts/token` }),
  }
}

const seconds = (date: Date) => Math.floor(date.getTime() / 1000)

export function presentIntrospection(
  found: ActiveToken | undefined,
): z.output<typeof IntrospectionSchema> {
  if (!found) return { active: false }
  const { scopes, clientId, username, createdAt, expiresAt } = found
  return {
    active: true,
    scope: scopes.join(' '),
    client_id: clientId,
    ...(username !== undefined && { username }),
    token_type: 'Bearer',
    exp: seconds(expiresAt),
    iat: seconds(createdAt),
    sub: username ?? clientId,
  }
}
