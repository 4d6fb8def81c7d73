import type { FastifyInstance } from 'fastify'
import { performerNameOf } from '../domain/actor.ts'
import { onRequestEnd } from './request-end.ts'

/** How many characters of a path are logged; no route has as many. */
const MOST_OF_PATH = 1_000

/**
 * One line per request: no header, no query and no body, since all of them may hold secrets. It has the status
 * of the answer, or `aborted` where the caller hung up before.
 */
export function logRequests(app: FastifyInstance) {
  // Nothing in such a line can be a secret, and looking for one takes longer than writing it.
  const lines = app.log.child({}, { redact: [] })
  onRequestEnd(app, (request, reply, end) => {
    lines.info(
      {
        reqId: request.id,
        method: request.method,
        path: request.originalUrl.split('?', 1)[0]?.slice(0, MOST_OF_PATH),
        ...(end === 'answered' ? { status: reply.statusCode } : { aborted: true }),
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ip: request.clientAddress ?? undefined,
        actor: request.actor ? performerNameOf(request.actor) : undefined,
      },
      'request',
    )
  })
}
