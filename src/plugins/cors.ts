import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Keeps pages of other origins from calling the route: it needs no token, and changes something. */
    sameOrigin?: boolean
  }
}

/** Quay sends these with every answer of its API, but for what single entries need; no cookie is ever involved. */
const HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT',
  'access-control-max-age': '21600',
  'access-control-allow-headers': 'AUTHORIZATION, CONTENT-TYPE, IF-MATCH, X-REQUESTED-WITH',
  'access-control-expose-headers': 'ETAG',
}

export const cors = fp(
  async (app) => {
    app.addHook('onRequest', (request, reply, done) => {
      const { url = request.url, config } = request.routeOptions
      if (url.startsWith('/api/') && !config?.sameOrigin) reply.headers(HEADERS)
      done()
    })
  },
  { name: 'cors' },
)
