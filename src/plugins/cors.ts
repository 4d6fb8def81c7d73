import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Keeps pages of other origins from calling the route: it needs no token, and changes something. */
    sameOrigin?: boolean
  }
}

/** Quay sends these with every answer of its API; no cookie is ever involved. */
const HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS, POST, PUT',
  'access-control-max-age': '21600',
  'access-control-allow-headers': 'AUTHORIZATION, CONTENT-TYPE, X-REQUESTED-WITH',
}

/** Answers of the API may hold secrets, so nothing keeps them; and no browser shall take them for anything but JSON. */
const PRIVATE = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

export const cors = fp(
  async (app) => {
    app.addHook('onRequest', (request, reply, done) => {
      const { url = request.url, config } = request.routeOptions
      const isApi = url.startsWith('/api/')
      if (isApi) reply.headers(PRIVATE)
      if (isApi && !config?.sameOrigin) reply.headers(HEADERS)
      done()
    })
  },
  { name: 'cors' },
)
