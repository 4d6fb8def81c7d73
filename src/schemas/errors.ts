import { z } from 'zod'

/** A refusal of the API itself. */
const ApiErrorSchema = z
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
const ModelErrorSchema = z.object({ message: z.string() }).meta({
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

/** In the words of OAuth2, and in those of registries. */
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

const described = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

const BadRequest = described(z.union([ApiErrorSchema, ModelErrorSchema]), 'Bad Request')

/** What any operation may answer when the service cannot serve it. */
const SERVICE_ERRORS = {
  429: described(ApiErrorSchema, 'Too many requests; see `Retry-After`'),
  503: described(ApiErrorSchema, 'Unavailable; see `Retry-After`'),
}

/** Errors of operations for users and organizations. */
export const API_ERRORS = {
  400: BadRequest,
  401: described(ApiErrorSchema, 'Session required'),
  403: described(ApiErrorSchema, 'Unauthorized access'),
  404: described(ApiErrorSchema, 'Not found'),
  ...SERVICE_ERRORS,
}

/** Errors of operations that read a body. */
export const BODY_ERRORS = {
  413: described(ApiErrorSchema, 'Request body too large'),
  415: described(ApiErrorSchema, 'Request body of another type than JSON'),
}

/** Errors of operations that anybody may call. */
export const PUBLIC_ERRORS = {
  400: BadRequest,
  404: described(ApiErrorSchema, 'Not found'),
  ...SERVICE_ERRORS,
}

/** Errors of the metrics. */
export const METRICS_ERRORS = {
  401: described(ApiErrorSchema, 'Another token, or none'),
  404: described(ApiErrorSchema, 'Metrics are switched off'),
  429: described(ApiErrorSchema, 'Too many wrong tokens; see `Retry-After`'),
}
