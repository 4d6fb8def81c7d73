import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { isForeignKeyViolation } from '../db/driver-fault.ts'
import { type Unavailability, whyUnavailable } from '../db/unavailability.ts'
import { forbidden, ServiceError } from '../domain/errors.ts'
import { NOT_KEPT } from './answer-caching.ts'
import { logError } from './error-logging.ts'
import { FRAMEWORK_CODES, STATUS } from './error-status.ts'
import { databaseUnavailable } from './unavailability-words.ts'

/** Writes an error in the words of one protocol; may set headers. */
export type ErrorRenderer = (error: ServiceError, status: number, reply: FastifyReply) => object

declare module 'fastify' {
  interface FastifyRequest {
    /** Why the database did not serve the request, where that was why it failed. */
    databaseFault?: Unavailability
  }
}

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
    const found = toServiceError(thrown, fault)
    const error = translate(found)
    const status = STATUS[error.code]
    logError({ found, error, status }, request, reply)
    if (status >= 500) reply.header('cache-control', NOT_KEPT)
    if (error.retryAfter !== undefined) reply.header('retry-after', String(error.retryAfter))
    const body = render(error, status, reply)
    // The handler may have set another content type, and the route another schema for answers with this status.
    reply.type('application/json; charset=utf-8').serializer(JSON.stringify)
    return reply.code(status).send(body)
  }

function toServiceError(thrown: unknown, fault: Unavailability | undefined): ServiceError {
  if (thrown instanceof ServiceError) return thrown
  const { statusCode, message } = thrown as Partial<FastifyError>
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new ServiceError(FRAMEWORK_CODES[statusCode] ?? 'invalid_request', message ?? '')
  }
  if (fault) return databaseUnavailable(fault, thrown)
  // Who sent the request, or what it is about, has just been deleted.
  if (isForeignKeyViolation(thrown)) return forbidden()
  return new ServiceError('internal_error', 'Internal Server Error', { cause: thrown })
}
