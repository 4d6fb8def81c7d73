import fp from 'fastify-plugin'

/** Quay sends these with every answer of its API (quay-behaviour.md §0.2); no cookie is ever involved. */
const HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS, POST, PUT',
  'access-control-max-age': '21600',
  'access-control-allow-headers': 'AUTHORIZATION, CONTENT-TYPE, X-REQUESTED-WITH',
}

export const cors = fp(
  async (app) => {
    app.addHook('onRequest', async (request, reply) => {
      if (request.url.startsWith('/api/')) reply.headers(HEADERS)
    })
  },
  { name: 'cors' },
)
