import fp from 'fastify-plugin'
import { KEY_SET_KEPT_SECONDS } from '../domain/signing-key-life.ts'

// How long clients and proxies may keep answers (RFC 9111 §5.2.2).

/** Of answers that may hold secrets, or are another one in a moment. */
export const NOT_KEPT = 'no-store'

/** Of tokens for registries, in Quay's words. */
export const REGISTRY_TOKEN_NOT_KEPT = 'no-cache, no-store, must-revalidate'

/** Of the key set by which tokens are verified. */
export const KEY_SET_KEPT = `public, max-age=${KEY_SET_KEPT_SECONDS}`

/** Of the certificate that registries trust: it stays the same when signing keys change. */
export const CERTIFICATE_KEPT = 'public, max-age=300'

/** Of what clients need to know of the server: OAuth2 metadata, the audience for identity tokens. */
export const METADATA_KEPT = 'public, max-age=60'

/** Keeps answers of the API from being kept, and browsers from taking them for anything but JSON. */
export const answerCaching = fp(
  async (app) => {
    app.addHook('onRequest', (request, reply, done) => {
      const { url = request.url } = request.routeOptions
      if (url.startsWith('/api/')) {
        reply.headers({ 'cache-control': NOT_KEPT, 'x-content-type-options': 'nosniff' })
      }
      done()
    })
  },
  { name: 'answer-caching' },
)
