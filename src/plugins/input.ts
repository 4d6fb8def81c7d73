import type { FastifyReply, FastifyRequest } from 'fastify'
import { invalidRequest, ServiceError } from '../domain/errors.ts'

/**
 * Refuses input that did not fit the route's schema. Fastify validates before the guards run; a caller
 * without the right scope must not learn what is wrong with a body, so routes set `attachValidation` and
 * the verdict comes here.
 */
export function rejectInvalidInput(
  { validationError: error }: FastifyRequest,
  _reply: FastifyReply,
  done: (error?: ServiceError) => void,
) {
  if (error) done(new ServiceError('invalid_request', error.message, { cause: error }))
  else done()
}

/**
 * The body of an operation that cannot do without.
 *
 * @throws {ServiceError} `unsupported_media_type` where no JSON was announced, `invalid_request` where none came
 */
export function requireBody<Body>(request: FastifyRequest, body: Body | null | undefined): Body {
  if (body !== null && body !== undefined) return body
  if (request.headers['content-type'] === undefined && !request.announcedJson) {
    throw new ServiceError('unsupported_media_type', 'The body must be JSON: application/json')
  }
  throw invalidRequest('Missing JSON body')
}
