import fp from 'fastify-plugin'
import { invalidRequest } from '../domain/errors.ts'

/** A name or an address, with or without a port (RFC 3986 §3.2.2, §3.2.3); empty where the target has no authority. */
const HOST = /^(?:\[[\da-f:.]+\]|[\w.~!$&'()*+;=%-]*)(?::\d*)?$/i

/**
 * Refuses a request with several `Host` headers or a malformed one (RFC 9112 §3.2): a proxy before the service may have
 * read another host than the service would.
 */
export const host = fp(
  async (app) => {
    app.addHook('onRequest', ({ raw, headers }, _reply, done) => {
      if (countOf(raw.rawHeaders, 'host') > 1)
        return done(invalidRequest('There is more than one Host header'))
      if (!HOST.test(headers.host ?? ''))
        return done(invalidRequest('The Host header names no host'))
      done()
    })
  },
  { name: 'host' },
)

/** @param rawHeaders a name, its value, the next name, its value … */
function countOf(rawHeaders: string[], name: string): number {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const header = rawHeaders[index] ?? ''
    if (header.length === name.length && header.toLowerCase() === name) count += 1
  }
  return count
}
