import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

const HEADER = 'x-request-id'

/** What proxies and tracers send; anything else could forge or flood the log. */
const WELL_FORMED = /^[\w.:-]{8,64}$/

/** The caller's `x-request-id` where it is well-formed, else a new one; it stands in the log as `reqId`. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers[HEADER]
  return typeof given === 'string' && WELL_FORMED.test(given) ? given : randomUUID()
}

/** Tells the caller the id of the request. */
export function tellRequestId({ id }: FastifyRequest, reply: FastifyReply) {
  reply.header(HEADER, id)
}

/** Tells callers the id of each request that gets as far as a hook. */
export const requestId = fp(
  async (app) => {
    app.addHook('onRequest', (request, reply, done) => {
      tellRequestId(request, reply)
      done()
    })
  },
  { name: 'request-id' },
)
