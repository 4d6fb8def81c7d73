import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { isForeignKeyViolation } from '../db/client.ts'
import { type Unavailability, whyUnavailable } from '../db/driver-fault.ts'
import { type ErrorCode, forbidden, ServiceError, unavailable } from '../domain/errors.ts'
import { IssuerFaultError } from '../domain/issuer-fault.ts'
import { isWaitedFor } from './request-end.ts'

/** The one place where an error becomes an HTTP status. */
const STATUS: Record<ErrorCode, number> = {
  invalid_request: 400,
  invalid_token: 401,
  insufficient_scope: 403,
  not_found: 404,
  method_not_allowed: 405,
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
  oauth_unsupported_grant_type: 400,
}

/** Codes for what Fastify itself refuses, by status. */
const FRAMEWORK_CODES: Record<number, ErrorCode> = {
  404: 'not_found',
  413: 'request_too_large',
  414: 'invalid_request',
  415: 'unsupported_media_type',
  431: 'invalid_request',
  503: 'unavailable',
}

/** Writes an error in the words of one protocol; may set headers. */
export type ErrorRenderer = (error: ServiceError, status: number, reply: FastifyReply) => object

declare module 'fastify' {
  interface FastifyRequest {
    /** Why the database did not serve the request, where that was why it failed. */
    databaseFault?: Unavailability
  }
}

const DATABASE_WORDS: Record<Unavailability, string> = {
  unreachable: 'The database cannot be reached',
  too_slow: 'The database took too long: ask for less at a time, or when there is less to do',
  conflict: 'The database had too many changes of the same thing at once',
  full: 'The database has no room',
  read_only: 'The database takes no changes for now',
}

/** Seconds to wait after the database did not serve a request. */
const RETRY_AFTER_DATABASE = 5

/**
 * Handles whatever a route throws; errors that nobody foresaw are logged and answered without detail.
 *
 * @param translate may put another error in an error's place first
 */
export const createErrorHandler =
  (render: ErrorRenderer, translate = (error: ServiceError) => error) =>
  (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const fault = thrown instanceof ServiceError ? undefined : whyUnavailable(thrown)
    if (fault) request.databaseFault = fault
    const error = translate(toServiceError(thrown, fault))
    const status = STATUS[error.code]
    if (error instanceof IssuerFaultError) {
      request.log.warn({ reqId: request.id, issuerFault: error.fault }, error.message)
    } else if (status >= 500) log(error, request, reply)
    // Logged, since the registry's operator would only see that log-ins fail.
    if (error.code === 'registry_other_service') {
      request.log.warn({ reqId: request.id }, 'a token was asked for another than REGISTRY_SERVICE')
    }
    if (status >= 500) reply.header('cache-control', 'no-store')
    if (error.retryAfter !== undefined) reply.header('retry-after', String(error.retryAfter))
    const body = render(error, status, reply)
    // The handler may have set another content type, and the route another schema for answers with this status.
    reply.type('application/json; charset=utf-8').serializer(JSON.stringify)
    return reply.code(status).send(body)
  }

/**
 * Too much to do is no fault, and its stack tells nothing: a warning. The same goes for what became of a request that
 * nobody waits for any more.
 */
function log(error: ServiceError, { log }: FastifyRequest, reply: FastifyReply) {
  const isBusy = error.code === 'unavailable' && error.cause === undefined
  const isWaited = isWaitedFor(reply)
  if (!isBusy) log[isWaited ? 'error' : 'warn']({ err: error.cause ?? error }, error.message)
  else if (isWaited) log.warn(error.message)
}

function toServiceError(thrown: unknown, fault: Unavailability | undefined): ServiceError {
  if (thrown instanceof ServiceError) return thrown
  const { statusCode, message } = thrown as Partial<FastifyError>
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new ServiceError(FRAMEWORK_CODES[statusCode] ?? 'invalid_request', message ?? '')
  }
  if (fault) return unavailable(DATABASE_WORDS[fault], RETRY_AFTER_DATABASE, thrown)
  // Who sent the request, or what it is about, has just been deleted.
  if (isForeignKeyViolation(thrown)) return forbidden()
  return new ServiceError('internal_error', 'Internal Server Error', { cause: thrown })
}
