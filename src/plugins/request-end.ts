import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** How a request ended: with an answer, or without one since its caller had hung up. */
type RequestEnd = 'answered' | 'aborted'

/**
 * Tells of the end of each request, once. Fastify's `onResponse` does not run where the caller hangs up.
 */
export function onRequestEnd(
  app: FastifyInstance,
  tell: (request: FastifyRequest, reply: FastifyReply, end: RequestEnd) => void,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.raw.once('close', () => {
      tell(request, reply, reply.raw.writableFinished ? 'answered' : 'aborted')
    })
    done()
  })
}

/** Whether somebody still waits for the answer: the caller has not hung up, and was sent no other one meanwhile. */
export const isWaitedFor = ({ sent, raw }: FastifyReply) => !sent && !raw.destroyed
