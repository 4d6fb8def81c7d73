import type { FastifyInstance } from 'fastify'
import { ServiceError } from '../domain/errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The methods that Quay has at this path, of a route whose method it has not. */
    quayAllows?: string
  }
}

/**
 * Answers methods that Quay does not have as it does, whoever calls, where there is no body: a client of Quay that tries them
 * sends none. To be called before the caller is looked at.
 */
export function refuseBodiless(app: FastifyInstance) {
  app.addHook('onRequest', ({ headers, routeOptions }, reply, done) => {
    const { quayAllows } = routeOptions.config
    const isChunked = headers['transfer-encoding'] !== undefined
    if (quayAllows === undefined || isChunked || Number(headers['content-length'] ?? 0) > 0)
      return done()
    reply.header('allow', quayAllows)
    done(new ServiceError('method_not_allowed', 'The method is not allowed without a body.'))
  })
}
