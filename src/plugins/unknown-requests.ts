import type { FastifyInstance, HTTPMethods } from 'fastify'
import { notFound, ServiceError } from '../domain/errors.ts'
import { PUBLIC } from './access.ts'

const METHODS: HTTPMethods[] = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS']

/**
 * Answers what no route is there for: 404 for paths, 405 with `Allow` for methods (RFC 9110 §15.5.6), and
 * `OPTIONS` of the API with 200 (as Quay does). To be called before the routes are registered.
 *
 * @returns a function to be called after them
 */
export function watchRoutes(app: FastifyInstance) {
  const methods = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const known = methods.get(url) ?? new Set()
    methods.set(url, known)
    for (const name of [method].flat()) known.add(name)
  })
  // Before a body is read: what it holds is nobody's business there.
  app.addHook('onRequest', async ({ is404 }) => {
    if (is404) throw notFound()
  })

  return function answerUnknown() {
    app.setNotFoundHandler(async () => {
      throw notFound()
    })
    for (const [url, known] of [...methods]) {
      const allow = [...known].sort().join(', ')
      for (const method of METHODS.filter((name) => !known.has(name))) {
        app.route({
          method,
          url,
          config: { access: PUBLIC },
          exposeHeadRoute: false,
          schema: { hide: true },
          onRequest: async (_request, reply) => {
            reply.header('allow', allow)
            if (method === 'OPTIONS' && url.startsWith('/api/')) return reply.code(200).send('')
            throw new ServiceError(
              'method_not_allowed',
              'The method is not allowed for the requested URL.',
            )
          },
          handler: () => undefined,
        })
      }
    }
  }
}
