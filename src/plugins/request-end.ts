import type { Socket } from 'node:net'
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
  const inLine = createLine()
  app.addHook('onRequest', (request, reply, done) => {
    let isTold = false
    const end = () => {
      if (isTold) return
      isTold = true
      tell(request, reply, reply.raw.writableFinished ? 'answered' : 'aborted')
    }
    // The answer to a pipelined request hears nothing of its connection before its turn comes.
    const leave = reply.raw.socket === null ? inLine(request.raw.socket, end) : undefined
    reply.raw.once('close', () => {
      leave?.()
      end()
    })
    done()
  })
}

/** Who is to be told when a connection closes, with one listener however many there are. */
function createLine() {
  const lines = new WeakMap<Socket, Set<() => void>>()
  return (socket: Socket, tell: () => void) => {
    const known = lines.get(socket)
    const line = known ?? new Set()
    line.add(tell)
    if (!known) {
      lines.set(socket, line)
      socket.once('close', () => {
        for (const one of line) one()
      })
    }
    return () => line.delete(tell)
  }
}

/** Whether somebody still waits for the answer: the caller has not hung up, and was sent no other one meanwhile. */
export const isWaitedFor = ({ sent, raw, request }: FastifyReply) =>
  !sent && !raw.destroyed && !request.raw.socket.destroyed
