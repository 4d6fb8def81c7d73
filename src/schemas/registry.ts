import { z } from 'zod'
import type { AccessEntry } from '../domain/registry-scope.ts'
import type { RegistryToken } from '../services/registry/registry-tokens.ts'

const Texts = z.union([z.string(), z.array(z.string())]).optional()

/** Scopes as clients send them: repeated, and several in one with spaces between them. */
export const splitScopes = (scopes: z.output<typeof Texts>) =>
  [scopes ?? []].flat().flatMap((some) => some.split(' ').filter((scope) => scope !== ''))

export const ScopesSchema = Texts.transform(splitScopes).meta({
  type: 'array',
  items: { type: 'string' },
  description: '`repository:NAMESPACE/NAME:ACTION[,ACTION…]`, repeated or space-separated',
})

export const ServiceSchema = Texts.meta({
  type: 'string',
  description: 'What the registry calls itself: `REGISTRY_SERVICE`',
})

const TOKEN = 'eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2ln'

export const RegistryTokenSchema = z
  .object({
    token: z.string(),
    access_token: z.string().describe('The same token, by its OAuth2 name'),
    expires_in: z.int().describe('Seconds'),
    issued_at: z.iso.datetime(),
  })
  .meta({
    id: 'RegistryToken',
    example: {
      token: TOKEN,
      access_token: TOKEN,
      expires_in: 300,
      issued_at: '2026-11-23T14:33:38.000Z',
    },
  })

export const presentToken = ({ token, expiresIn, issuedAt }: RegistryToken) => ({
  token,
  access_token: token,
  expires_in: expiresIn,
  issued_at: issuedAt.toISOString(),
})

/** The form that containerd and BuildKit send (Distribution "OAuth2 Token Authentication"). */
export const RegistryTokenRequestSchema = z
  .object({
    grant_type: z.string().describe('`password`, and no other'),
    username: z.string().optional().describe('As with Basic'),
    password: z.string().optional(),
    service: ServiceSchema,
    scope: Texts.meta({
      type: 'string',
      description: 'As with GET, with spaces between several; it may be repeated',
    }),
  })
  .meta({
    id: 'RegistryTokenRequest',
    example: {
      grant_type: 'password',
      username: 'acme+deployer',
      password: 'QUAYROBOT…',
      scope: 'repository:acme/web:pull,push',
    },
  })

export const RegistryOAuthTokenSchema = RegistryTokenSchema.extend({
  token_type: z.literal('Bearer'),
  scope: z.string().describe('What is granted of the scopes asked for, with spaces between them'),
}).meta({
  id: 'RegistryOAuthToken',
  example: {
    token: TOKEN,
    access_token: TOKEN,
    token_type: 'Bearer',
    expires_in: 300,
    issued_at: '2026-11-23T14:33:38.000Z',
    scope: 'repository:acme/web:push,pull',
  },
})

export const presentOAuthToken = (issued: RegistryToken) => ({
  ...presentToken(issued),
  token_type: 'Bearer' as const,
  scope: issued.access
    .filter(({ actions }) => actions.length > 0)
    .map(scopeText)
    .join(' '),
})

const scopeText = ({ type, name, actions }: AccessEntry) => `${type}:${name}:${actions.join(',')}`
