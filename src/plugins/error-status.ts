import type { ErrorCode } from '../domain/errors.ts'

/** The one place where an error becomes an HTTP status. */
export const STATUS: Record<ErrorCode, number> = {
  invalid_request: 400,
  invalid_token: 401,
  insufficient_scope: 403,
  login_refused: 401,
  fresh_login_required: 403,
  same_origin_required: 403,
  https_required: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  precondition_failed: 412,
  request_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  unavailable: 503,
  internal_error: 500,
  model_refused: 400,
  robot_not_found: 404,
  exchange_refused: 401,
  registry_unauthorized: 401,
  registry_invalid_request: 400,
  registry_invalid_name: 400,
  registry_other_service: 400,
  oauth_invalid_client: 401,
  oauth_invalid_grant: 400,
  oauth_invalid_scope: 400,
  oauth_invalid_target: 400,
  oauth_unsupported_grant_type: 400,
}

/** Codes for what Fastify itself refuses, by status. */
export const FRAMEWORK_CODES: Record<number, ErrorCode> = {
  404: 'not_found',
  413: 'request_too_large',
  415: 'unsupported_media_type',
}
