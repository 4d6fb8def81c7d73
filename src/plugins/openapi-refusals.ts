import { type ErrorCode, ServiceError } from '../domain/errors.ts'
import { apiErrorBody } from './error-bodies.ts'

/** The usual refusal with each status. */
const USUAL: Record<number, ServiceError> = {
  400: refusal('invalid_request', 'limit: must be a whole number'),
  401: refusal('invalid_token', 'Requires authentication'),
  403: refusal('insufficient_scope', 'Unauthorized'),
  404: refusal('not_found', 'Not Found'),
  405: refusal('method_not_allowed', 'The method is not allowed for the requested URL.'),
  409: refusal('conflict', 'Secrets of robots are shown when they are made, and not again'),
  412: refusal('precondition_failed', 'It has changed since it was read (If-Match)'),
  413: refusal('request_too_large', 'Request body is too large'),
  415: refusal('unsupported_media_type', 'The body must be JSON: application/json'),
  429: refusal('rate_limited', 'Too many failed logins'),
  503: refusal('unavailable', 'There is too much to do'),
}

function refusal(code: ErrorCode, words: string) {
  return new ServiceError(code, words)
}

function usual(status: number) {
  const found = USUAL[status]
  if (!found) throw new Error(`no example of a refusal with status ${status}`)
  return found
}

const REGISTRY_CODES: Record<number, string> = {
  400: 'NAME_INVALID',
  401: 'UNAUTHORIZED',
  429: 'TOOMANYREQUESTS',
  503: 'UNAVAILABLE',
}

const OAUTH_CODES: Record<number, string> = {
  401: 'invalid_client',
  429: 'temporarily_unavailable',
  503: 'temporarily_unavailable',
}

/** RFC 6749 §5.2, §4.1.2.1 */
const oauthError = (status: number) => ({ error: OAUTH_CODES[status] ?? 'invalid_request' })

const described = (status: number) => ({
  ...oauthError(status),
  error_description: usual(status).message,
})

const registryErrors = (status: number) => ({
  errors: [
    {
      code: REGISTRY_CODES[status] ?? 'INVALID_REQUEST',
      detail: {},
      message: usual(status).message,
    },
  ],
})

/** What the answers of refusals look like, by component and status. */
export const REFUSAL_EXAMPLES: Record<string, (status: number) => object> = {
  ApiError: (status) => apiErrorBody('https://robots.example.com', usual(status), status),
  ModelError: () => ({ message: 'Could not find robot with specified username' }),
  ExchangeError: (status) => ({
    error: status === 401 ? 'Token does not match robot' : usual(status).message,
  }),
  RegistryError: registryErrors,
  RegistryOAuthError: (status) => ({ ...described(status), ...registryErrors(status) }),
  OAuthError: described,
  OAuthErrorCode: oauthError,
  Status: () => ({ status: 'unavailable' }),
  Health: (status) => ({
    data: { services: { auth: false, database: false } },
    status_code: status,
  }),
}
