import type { FastifyInstance } from 'fastify'
import findMyWay from 'find-my-way'
import { notFound, ServiceError } from '../domain/errors.ts'

/**
 * Answers what no route is there for: 404 for paths, 405 with `Allow` for methods (RFC 9110 §15.5.6), and
 * `OPTIONS` of the API and of `/sts/token` with 200 (as Quay does). To be called before the routes are registered, in which the parameters
 * of a path have the same names for all methods.
 */
export function answerUnknown(app: FastifyInstance, router: RouterOptions) {
  // One entry for each path: Fastify routes for all methods that a path does not have would take a tenth of the start.
  const paths = findMyWay(router)
  const methods = new Map<string, Set<string>>()

  app.addHook('onRoute', ({ url, method }) => {
    let known = methods.get(url)
    if (!known) {
      known = new Set()
      methods.set(url, known)
      paths.on('GET', url, () => {}, { url, known })
    }
    for (const name of [method].flat()) known.add(name)
  })

  // Before a body is read: no route would use it.
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done()
    const path = paths.find('GET', request.url)?.store as Path | undefined
    if (!path) return done(notFound())
    reply.header('allow', [...path.known].sort().join(', '))
    if (request.method === 'OPTIONS' && hasOptions(path.url)) {
      return reply.code(200).send('')
    }
    done(new ServiceError('method_not_allowed', 'The method is not allowed for the requested URL.'))
  })
  app.setNotFoundHandler(async () => {
    throw notFound()
  })
}

const hasOptions = (path: string) => path.startsWith('/api/') || path === '/sts/token'

type RouterOptions = findMyWay.Config<findMyWay.HTTPVersion.V1>

interface Path {
  url: string
  known: ReadonlySet<string>
}
