import fp from 'fastify-plugin'

/** Quay sends these with every answer of its API; no cookie is ever involved. */
const HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS, POST, PUT',
  'access-control-max-age': '21600',
  'access-control-allow-headers': 'AUTHORIZATION, CONTENT-TYPE, X-REQUESTED-WITH',
}

/** Answers of the API hold secrets, and are JSON whatever a browser makes of them. */
const PRIVATE = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

/** It asks for no token, so any page in a browser beside a new service could call it. */
const INITIALIZE = '/api/v1/user/initialize'

export const cors = fp(
  async (app) => {
    app.addHook('onRequest', (request, reply, done) => {
      const isApi = request.url.startsWith('/api/')
      if (isApi) reply.headers(PRIVATE)
      if (isApi && !request.url.startsWith(INITIALIZE)) reply.headers(HEADERS)
      done()
    })
  },
  { name: 'cors' },
)
