/**
 * What can go wrong, by stable code. The codes say nothing of HTTP: `plugins/error-status.ts` has a
 * status for each, and `plugins/error-bodies.ts` the body in the protocol that was spoken.
 */
export type ErrorCode =
  // the API's own refusals (`ApiError` in openapi/openapi.json)
  | 'invalid_request'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'login_refused'
  | 'fresh_login_required'
  | 'same_origin_required'
  | 'https_required'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'precondition_failed'
  | 'request_too_large'
  | 'unsupported_media_type'
  | 'rate_limited'
  | 'unavailable'
  | 'internal_error'
  // refusals of the data model (`{"message": …}`)
  | 'model_refused'
  | 'robot_not_found'
  // refused credentials at the token endpoints
  | 'exchange_refused'
  | 'registry_unauthorized'
  | 'registry_invalid_request'
  | 'registry_invalid_name'
  | 'registry_other_service'
  // refusals of the OAuth2 endpoints (RFC 6749 §5.2, RFC 8707 §2)
  | 'oauth_invalid_client'
  | 'oauth_invalid_grant'
  | 'oauth_invalid_scope'
  | 'oauth_invalid_target'
  | 'oauth_unsupported_grant_type'

interface ErrorDetails {
  /** Seconds after which trying again makes sense; sent as `Retry-After`. */
  retryAfter?: number
  cause?: unknown
}

/** The one error that services throw; `message` is written for the caller and holds no secret. */
export class ServiceError extends Error {
  readonly code: ErrorCode
  readonly retryAfter: number | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'ServiceError'
    this.code = code
    this.retryAfter = details.retryAfter
  }
}

/** Whether credentials for the registry were refused, be they a password or an identity token. */
export const isLoginRefusal = (error: unknown) =>
  error instanceof ServiceError &&
  (error.code === 'registry_unauthorized' || error.code === 'exchange_refused')

export const invalidRequest = (message: string) => new ServiceError('invalid_request', message)
export const unauthenticated = () => new ServiceError('invalid_token', 'Requires authentication')
/** @param words why a person cannot log in */
export const loginRefused = (words: string) => new ServiceError('login_refused', words)
export const freshLoginRequired = () =>
  new ServiceError(
    'fresh_login_required',
    'This needs a log-in of a moment ago: log in again, and repeat it',
  )
export const forbidden = () => new ServiceError('insufficient_scope', 'Unauthorized')
export const notFound = () => new ServiceError('not_found', 'Not Found')
export const modelRefused = (message: string) => new ServiceError('model_refused', message)
export const organizationNotFound = (name: string) =>
  modelRefused(`Organization does not exist: ${name}`)
/** @param retryAfter seconds */
export const unavailable = (message: string, retryAfter: number, cause?: unknown) =>
  new ServiceError('unavailable', message, { retryAfter, cause })
/** There is too much to do; after a second there may be less. */
export const overloaded = (message: string) => unavailable(message, 1)

/** @throws {ServiceError} `model_refused` with the first problem */
export function assertNoProblem(...problems: (string | undefined)[]) {
  const problem = problems.find((text) => text !== undefined)
  if (problem !== undefined) throw modelRefused(problem)
}
