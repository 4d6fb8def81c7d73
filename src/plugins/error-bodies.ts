import type { FastifyReply } from 'fastify'
import type { ServiceError } from '../domain/errors.ts'
import type { ErrorRenderer } from './error-handler.ts'

/** The API's own errors (`ApiError`); clients decode them strictly, so there are no further keys. */
export function apiErrorBody(publicUrl: string, error: ServiceError, status: number) {
  return {
    detail: error.message,
    error_message: error.message,
    error_type: error.code,
    title: error.code,
    type: `${publicUrl}/api/v1/error/${error.code}`,
    status,
  }
}

/**
 * `ApiError`, but `ModelError` for refusals of the data model. The body of a 401 is always the same, as in Quay: the
 * challenge says what is wrong with the credentials.
 */
export const renderApiError =
  (publicUrl: string): ErrorRenderer =>
  (error, status, reply) => {
    if (status === 401) reply.header('www-authenticate', bearerChallenge(publicUrl, reply))
    return error.code === 'model_refused'
      ? { message: error.message }
      : apiErrorBody(publicUrl, error, status)
  }

/** RFC 6750 §3: without credentials it says no more than how to send them. */
function bearerChallenge(publicUrl: string, { request }: FastifyReply): string {
  const realm = `Bearer realm="${publicUrl}"`
  const { credentialProblem: problem } = request
  return problem ? `${realm}, error="${problem.code}", error_description="${problem.words}"` : realm
}

/** The federated token endpoint's `{"error": …}`. */
export const renderExchangeError: ErrorRenderer = (error) => ({ error: error.message })

const REGISTRY_CODES: Partial<Record<ServiceError['code'], string>> = {
  registry_unauthorized: 'UNAUTHORIZED',
  registry_invalid_name: 'NAME_INVALID',
  rate_limited: 'TOOMANYREQUESTS',
  unavailable: 'UNAVAILABLE',
  internal_error: 'UNKNOWN',
}

/** Tells a registry client where to get a token (Distribution "Token Authentication Specification"). */
export function challenge(reply: FastifyReply, publicUrl: string, service: string) {
  reply.header('docker-distribution-api-version', 'registry/2.0')
  reply.header('www-authenticate', `Bearer realm="${publicUrl}/v2/auth",service="${service}"`)
}

/** Errors of `/v2/*` as registry clients read them, with the challenge that tells them where to log in. */
export const renderRegistryError =
  (publicUrl: string, service: string): ErrorRenderer =>
  (error, status, reply) => {
    reply.header('docker-distribution-api-version', 'registry/2.0')
    if (status === 401) challenge(reply, publicUrl, service)
    return registryErrors(error)
  }

const registryErrors = ({ code, message }: ServiceError) => ({
  errors: [{ code: REGISTRY_CODES[code] ?? 'INVALID_REQUEST', detail: {}, message }],
})

const OAUTH_ERRORS: Partial<Record<ServiceError['code'], string>> = {
  invalid_token: 'invalid_token',
  oauth_invalid_client: 'invalid_client',
  oauth_invalid_grant: 'invalid_grant',
  oauth_invalid_scope: 'invalid_scope',
  oauth_unsupported_grant_type: 'unsupported_grant_type',
  registry_unauthorized: 'invalid_grant',
  registry_invalid_request: 'invalid_scope',
  registry_invalid_name: 'invalid_scope',
  rate_limited: 'temporarily_unavailable',
  unavailable: 'temporarily_unavailable',
  internal_error: 'server_error',
}

/** Errors of the OAuth2 endpoints (RFC 6749 §5.2). */
export const renderOAuthError =
  (publicUrl: string): ErrorRenderer =>
  (error, status, reply) => {
    reply.header('cache-control', 'no-store')
    if (status === 401) reply.header('www-authenticate', `Basic realm="${publicUrl}"`)
    return { ...oauthError(error), ...description(error) }
  }

/** `error_description`, in the characters that RFC 6749 §5.2 allows. */
const description = ({ message }: ServiceError) => ({
  error_description: message.replace(/[^ !#-[\]-~]+/g, ' ').trim(),
})

const oauthError = ({ code }: ServiceError) => ({ error: OAUTH_ERRORS[code] ?? 'invalid_request' })

/** Errors of the registry token endpoint's OAuth2 form (RFC 6749 §5.2), also as those clients read that know no OAuth2. */
export const renderRegistryOAuthError =
  (publicUrl: string, service: string): ErrorRenderer =>
  (error, status, reply) => {
    if (status === 401) challenge(reply, publicUrl, service)
    return { ...oauthError(error), ...description(error), ...registryErrors(error) }
  }

/** Errors of token introspection (RFC 7662 §2.3): how to ask, and what was wrong. */
export const renderIntrospectionError =
  (publicUrl: string): ErrorRenderer =>
  (error, status, reply) => {
    if (status === 401) {
      reply.header('www-authenticate', [
        `Bearer realm="${publicUrl}"`,
        `Basic realm="${publicUrl}"`,
      ])
    }
    return oauthError(error)
  }
