import type { FastifyReply, FastifyRequest } from 'fastify'
import { abridged } from '../domain/cut-text.ts'
import { invalidRequest, ServiceError } from '../domain/errors.ts'

/**
 * Refuses input that did not fit the route's schema. Fastify validates before the guards run; a caller
 * without the right scope must not learn what is wrong with a body, so routes set `attachValidation` and
 * the verdict comes here.
 */
export function rejectInvalidInput(
  request: FastifyRequest,
  _reply: FastifyReply,
  done: (error?: ServiceError) => void,
) {
  const { validationError: error } = request
  if (!error) done()
  else if (error.validationContext === 'body' && lacksJson(request)) done(missingBody(request))
  else done(invalidInput(error))
}

/** Whether a route that takes JSON got no body, or `null`. Routes that take forms say themselves what is missing. */
const lacksJson = ({ body, routeOptions }: FastifyRequest) =>
  (body === null || body === undefined) && routeOptions.schema?.consumes === undefined

/** `unsupported_media_type` where no JSON was announced, else `invalid_request` */
const missingBody = ({ headers, announcedJson }: FastifyRequest) =>
  headers['content-type'] === undefined && !announcedJson
    ? new ServiceError('unsupported_media_type', 'The body must be JSON: application/json')
    : invalidRequest('Missing JSON body')

/** Longest verdict that is sent (characters): it quotes keys of the caller, which may be of any length. */
const MAX_SHOWN = 2000

const invalidInput = (error: Error) =>
  new ServiceError('invalid_request', abridged(error.message, MAX_SHOWN), { cause: error })
