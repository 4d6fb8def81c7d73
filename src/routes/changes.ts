import type { FastifyRequest } from 'fastify'
import { type Change, parseIfMatch } from '../domain/if-match.ts'
import { performerOf } from '../plugins/authentication.ts'

/** Who asks for a change, and on which condition. */
export const changeOf = (request: FastifyRequest): Change => ({
  performer: performerOf(request),
  ifMatch: parseIfMatch(request.headers['if-match']),
})
