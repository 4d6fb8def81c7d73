import type { FastifyInstance } from 'fastify'

/** With or without parameters. */
const FORM_TYPE = /^application\/x-www-form-urlencoded(?:\s*;|$)/i

/**
 * Reads forms and nothing else, in the plugin that calls this and its children. A parameter without a value counts
 * as not sent (RFC 6749 §3.2); one that is sent twice becomes a list, which no schema takes.
 */
export function readForms(app: FastifyInstance) {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(FORM_TYPE, { parseAs: 'string' }, (_request, body, done) => {
    const fields = new Map<string, string | string[]>()
    for (const [name, value] of new URLSearchParams(String(body))) {
      if (value !== '') fields.set(name, fields.has(name) ? [value] : value)
    }
    done(null, Object.fromEntries(fields))
  })
}
