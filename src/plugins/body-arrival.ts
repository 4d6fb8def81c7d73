import type { FastifyReply, FastifyRequest } from 'fastify'

/** Within this time (ms) a body counts as having come together with its headers. */
const AT_ONCE = 1_000

/** Whether something of the request may still be on its way (RFC 9112 §6.3). */
export const hasBody = ({ headers }: FastifyRequest) =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined

/** Whether the body came so long after the headers that the caller may have lost a right meanwhile. */
export const cameLate = (request: FastifyRequest, reply: FastifyReply) =>
  hasBody(request) && reply.elapsedTime > AT_ONCE
