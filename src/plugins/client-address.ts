import type { Socket } from 'node:net'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { plainAddress } from '../domain/client-networks.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller's IP address; behind a trusted proxy, the one that the proxy names. Null where nobody can tell. */
    clientAddress: string | null
  }
}

/**
 * Takes the address of each caller once, before anything else happens to the request: a connection that its caller has
 * reset has none any more. To be registered first.
 */
export const clientAddress = fp(
  async (app) => {
    // Reading it once makes Node keep it for the time after the connection is gone.
    app.server.on('connection', (socket: Socket) => void socket.remoteAddress)
    app.decorateRequest('clientAddress', null)
    app.addHook('onRequest', (request, _reply, done) => {
      request.clientAddress = addressOf(request)
      done()
    })
  },
  { name: 'client-address' },
)

/** Whose word is taken for the address of a caller (`X-Forwarded-For`): that of the proxies that the operator names. */
export const trustedProxies = (ranges: string[]) => (ranges.length > 0 ? ranges : false)

/** Fastify asks the connection also for what a trusted proxy says, and throws where it has no address. */
function addressOf(request: FastifyRequest): string | null {
  if (request.socket.remoteAddress === undefined) return null
  return plainAddress(request.ip) ?? null
}
