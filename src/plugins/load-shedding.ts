import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { overloaded } from '../domain/errors.ts'
import { hasBody } from './body-arrival.ts'
import { MAX_LAG, watchEventLoop } from './event-loop.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Serves the route however much there is to do: operators watch the server by it. */
    alwaysServed?: boolean
  }
  interface FastifyRequest {
    /** Answers in place of a handler that takes too long; null while the request is not at work. */
    deadline: NodeJS.Timeout | null
  }
  interface FastifyInstance {
    /** Requests at work. */
    inFlight: () => number
  }
}

type ShedReason = 'in_flight' | 'event_loop'

interface LoadOptions {
  /** Most requests at work at a time. */
  maxRequests: number
  /** Longest time that a request may be at work (ms). */
  deadlineMs: number
  onShed: (reason: ShedReason) => void
}

/**
 * Bounds the time that accepted requests take: beyond `maxRequests` at work, further ones are turned away at once, and
 * none is at work for longer than `deadlineMs`. A request is not at work while its body arrives or its answer is being
 * sent, so that slow callers take nobody's place. If its caller hangs up, it counts until its work or its time is over.
 */
export const load = fp(
  async (app, { maxRequests, deadlineMs, onShed }: LoadOptions) => {
    const eventLoop = watchEventLoop(MAX_LAG)
    // With fewer at work, it is not requests that keep the event loop busy.
    const manyRequests = maxRequests / 10
    let inFlight = 0
    app.decorate('inFlight', () => inFlight)
    app.decorateRequest('deadline', null)
    app.addHook('onClose', async () => eventLoop.stop())

    function begin(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) {
      if (request.routeOptions.config?.alwaysServed) return done()
      const reason = reasonToShed()
      if (reason) {
        onShed(reason)
        return done(overloaded('The server has too much to do'))
      }
      inFlight += 1
      request.deadline = setTimeout(() => {
        end(request)
        reply.send(overloaded('The answer took too long'))
      }, deadlineMs)
      done()
    }

    function reasonToShed(): ShedReason | undefined {
      if (inFlight >= maxRequests) return 'in_flight'
      return inFlight >= manyRequests && eventLoop.isLate() ? 'event_loop' : undefined
    }

    function end(request: FastifyRequest) {
      if (request.deadline === null) return
      clearTimeout(request.deadline)
      request.deadline = null
      inFlight -= 1
    }

    app.addHook('onRequest', (request, reply, done) => {
      begin(request, reply, done)
    })
    app.addHook('preParsing', (request, _reply, _body, done) => {
      if (hasBody(request)) end(request)
      done()
    })
    app.addHook('preValidation', (request, reply, done) => {
      if (request.deadline === null) begin(request, reply, done)
      else done()
    })
    app.addHook('onSend', (request, _reply, _payload, done) => {
      end(request)
      done()
    })
  },
  { name: 'load' },
)
