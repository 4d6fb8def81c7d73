import { z } from 'zod'

/** A refusal of the API itself. */
export const ApiErrorSchema = z
  .object({
    detail: z.string(),
    error_message: z.string(),
    error_type: z.string(),
    title: z.string(),
    type: z.url(),
    status: z.int(),
  })
  .meta({
    id: 'ApiError',
    example: {
      detail: 'Requires authentication',
      error_message: 'Requires authentication',
      error_type: 'invalid_token',
      title: 'invalid_token',
      type: 'https://robots.example.com/api/v1/error/invalid_token',
      status: 401,
    },
  })

/** A refusal of the data model. */
export const ModelErrorSchema = z.object({ message: z.string() }).meta({
  id: 'ModelError',
  example: { message: 'Could not find robot with specified username' },
})

export const ExchangeErrorSchema = z
  .object({ error: z.string() })
  .meta({ id: 'ExchangeError', example: { error: 'Token does not match robot' } })

const RegistryErrorEntrySchema = z
  .object({ code: z.string(), detail: z.record(z.string(), z.unknown()), message: z.string() })
  .meta({ id: 'RegistryErrorEntry' })

export const RegistryErrorSchema = z.object({ errors: z.array(RegistryErrorEntrySchema) }).meta({
  id: 'RegistryError',
  example: {
    errors: [
      {
        code: 'UNAUTHORIZED',
        detail: {},
        message: 'Could not find robot with specified username',
      },
    ],
  },
})

/** An error in the form of OAuth2 and in that of registries at once. */
export const RegistryOAuthErrorSchema = RegistryErrorSchema.extend({
  error: z.string(),
  error_description: z.string(),
}).meta({
  id: 'RegistryOAuthError',
  example: {
    error: 'invalid_grant',
    error_description: 'Could not find robot with specified username',
    errors: [
      {
        code: 'UNAUTHORIZED',
        detail: {},
        message: 'Could not find robot with specified username',
      },
    ],
  },
})

export const OAuthErrorCodeSchema = z
  .object({ error: z.string() })
  .meta({ id: 'OAuthErrorCode', example: { error: 'invalid_grant' } })
