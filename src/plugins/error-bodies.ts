import type { FastifyReply } from 'fastify'
import type { ServiceError } from '../domain/errors.ts'
import { codedWords, ExchangeError } from '../domain/exchange-errors.ts'
import { takesPassword } from './access.ts'
import { NOT_KEPT } from './answer-caching.ts'
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
    if (status === 401) reply.header('www-authenticate', apiChallenges(publicUrl, reply))
    return error.code === 'model_refused'
      ? { message: error.message }
      : apiErrorBody(publicUrl, error, status)
  }

function apiChallenges(publicUrl: string, reply: FastifyReply) {
  const bearer = bearerChallenge(publicUrl, reply)
  const { access } = reply.request.routeOptions.config
  return access && takesPassword(access) ? [bearer, `Basic realm="${publicUrl}"`] : bearer
}

/** RFC 6750 §3: without credentials it says no more than how to send them. */
function bearerChallenge(publicUrl: string, { request }: FastifyReply): string {
  const realm = `Bearer realm="${publicUrl}"`
  const { credentialProblem: problem } = request
  if (!problem) return realm
  return `${realm}, error="${problem.code}", error_description="${described(problem.words)}"`
}

/** The federated token endpoint's `{"error": …}`. */
export const renderExchangeError =
  (publicUrl: string): ErrorRenderer =>
  (error, status, reply) => {
    if (status === 401) reply.header('www-authenticate', `Bearer realm="${publicUrl}"`)
    if (error instanceof ExchangeError) challengeExchange(reply, publicUrl, error)
    return { error: error.message }
  }

/** Says with its code why an exchange failed (RFC 6750 §3): the bodies have no place for that. */
function challengeExchange(reply: FastifyReply, publicUrl: string, error: ExchangeError) {
  const code = error.code === 'exchange_refused' ? 'invalid_token' : 'temporarily_unavailable'
  const words = descriptionOf(error).slice(0, MAX_IN_HEADER)
  const challenge = `Bearer realm="${publicUrl}", error="${code}", error_description="${words}"`
  reply.header('www-authenticate', challenge)
}

/** Longest description in a header (characters): words may quote what the token claims. */
const MAX_IN_HEADER = 1024

const REGISTRY_CODES: Partial<Record<ServiceError['code'], string>> = {
  registry_unauthorized: 'UNAUTHORIZED',
  exchange_refused: 'UNAUTHORIZED',
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

const registryErrors = (error: ServiceError) => ({
  errors: [
    { code: REGISTRY_CODES[error.code] ?? 'INVALID_REQUEST', detail: {}, message: wordsOf(error) },
  ],
})

/** Of an identity token, with the code that the exchange counts. */
const wordsOf = (error: ServiceError) =>
  error instanceof ExchangeError ? codedWords(error) : error.message

const OAUTH_ERRORS: Partial<Record<ServiceError['code'], string>> = {
  invalid_token: 'invalid_token',
  oauth_invalid_client: 'invalid_client',
  oauth_invalid_grant: 'invalid_grant',
  oauth_invalid_scope: 'invalid_scope',
  oauth_invalid_target: 'invalid_target',
  oauth_unsupported_grant_type: 'unsupported_grant_type',
  registry_unauthorized: 'invalid_grant',
  exchange_refused: 'invalid_grant',
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
    reply.header('cache-control', NOT_KEPT)
    if (status === 401) reply.header('www-authenticate', `Basic realm="${publicUrl}"`)
    return { ...oauthError(error), ...description(error) }
  }

const description = (error: ServiceError) => ({ error_description: descriptionOf(error) })

const descriptionOf = (error: ServiceError) => described(wordsOf(error))

/** An `error_description`, in the characters that RFC 6749 §5.2 and RFC 6750 §3 allow. */
const described = (words: string) => words.replace(/[^ !#-[\]-~]+/g, ' ').trim()

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
      reply.header('x-error-description', descriptionOf(error).slice(0, MAX_IN_HEADER))
    }
    return oauthError(error)
  }

/**
 * Errors of the token exchange: a code of OAuth2 and nothing else, as in Quay. What more there is to say stands in a header
 * of ours: OAuth2 clients take any challenge for a failure to authenticate themselves.
 */
export const renderTokenExchangeError: ErrorRenderer = (error, _status, reply) => {
  reply.header('cache-control', NOT_KEPT)
  const failure = error.cause instanceof ExchangeError ? error.cause : error
  if (failure instanceof ExchangeError) {
    reply.header('x-error-description', descriptionOf(failure).slice(0, MAX_IN_HEADER))
  }
  return error.code === 'rate_limited' ? { error: 'slow_down' } : oauthError(error)
}
