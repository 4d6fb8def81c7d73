import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ServiceError } from '../domain/errors.ts'
import { isTokenRefused } from '../domain/exchange-errors.ts'
import { IssuerFaultError } from '../domain/issuer-fault.ts'
import { isWaitedFor } from './request-end.ts'

interface Failure {
  found: ServiceError
  /** The error that was put in its place for the caller. */
  error: ServiceError
  status: number
}

/** Logs what an operator should know of: faults of this service and of issuers, and registries that ask at the wrong one. */
export function logError(
  { found, error, status }: Failure,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  if (found instanceof IssuerFaultError) {
    request.log.warn({ issuerFault: found.fault }, found.message)
  } else if (status >= 500 && !isTokenRefused(found)) logFault(error, request, reply)
  // The registry's operator would only see that log-ins fail.
  if (error.code === 'registry_other_service') {
    request.log.warn('a token was asked for another than REGISTRY_SERVICE')
  }
}

/**
 * Too much to do is no fault, and its stack tells nothing: a warning. The same goes for what became of a request that
 * nobody waits for any more.
 */
function logFault(error: ServiceError, { log }: FastifyRequest, reply: FastifyReply) {
  const isBusy = error.code === 'unavailable' && error.cause === undefined
  const isWaited = isWaitedFor(reply)
  if (!isBusy) log[isWaited ? 'error' : 'warn']({ err: error.cause ?? error }, error.message)
  else if (isWaited) log.warn(error.message)
}
