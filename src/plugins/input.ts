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
  if (error) done(new ServiceError('invalid_request', shown(error.message), { cause: error }))
  else done()
}

/** Longest verdict that is sent (characters): it names keys as the caller wrote them. */
const MAX_SHOWN = 2000

const shown = (message: string) =>
  message.length > MAX_SHOWN ? `${message.slice(0, MAX_SHOWN).toWellFormed()}…` : message

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
