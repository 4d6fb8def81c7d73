import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** How a request ended: with an answer, or without one since its caller had hung up. */
type RequestEnd = 'answered' | 'aborted'

type Tell = (request: FastifyRequest, reply: FastifyReply, end: RequestEnd) => void

/** Who is told of the ends of an app's requests. */
const told = new WeakMap<FastifyInstance, Tell[]>()

/**
 * Tells of the end of each request, once. Fastify's `onResponse` does not run where the caller hangs up.
 */
export function onRequestEnd(app: FastifyInstance, tell: Tell): void {
  const known = told.get(app)
  if (known) known.push(tell)
  else watch(app, [tell])
}

function watch(app: FastifyInstance, tells: Tell[]) {
  told.set(app, tells)
  const onClose = createCloseListeners()
  app.addHook('onRequest', (request, reply, done) => {
    let isTold = false
    function end() {
      if (isTold) return
      isTold = true
      const how = reply.raw.writableFinished ? 'answered' : 'aborted'
      for (const tell of tells) tell(request, reply, how)
    }
    // A pipelined request's answer has no connection before its turn comes, so that the request's own is watched.
    const remove = reply.raw.socket === null ? onClose(request.raw.socket, end) : undefined
    reply.raw.once('close', () => {
      remove?.()
      end()
    })
    done()
  })
}

/** Calls any number of listeners when a connection closes, by one listener of the connection's own. */
function createCloseListeners() {
  const listenersOf = new WeakMap<Socket, Set<() => void>>()
  return (socket: Socket, listener: () => void) => {
    const known = listenersOf.get(socket)
    const listeners = known ?? new Set()
    listeners.add(listener)
    if (!known) {
      listenersOf.set(socket, listeners)
      socket.once('close', () => {
        for (const call of listeners) call()
      })
    }
    return () => listeners.delete(listener)
  }
}

/** Whether somebody still waits for the answer: the caller has not hung up, and was sent no other one meanwhile. */
export const isWaitedFor = ({ sent, raw, request }: FastifyReply) =>
  !sent && !raw.destroyed && !request.raw.socket.destroyed
