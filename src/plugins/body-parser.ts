import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { invalidRequest } from '../domain/errors.ts'

/** Largest request body (bytes), as in Quay. */
export const BODY_LIMIT = 1_048_576

/** The same where anybody may send one (bytes): they are in memory until they are complete. */
export const OPEN_BODY_LIMIT = 65_536

/** `application/json` and `application/*+json`, with or without parameters. */
const JSON_TYPES = /^application\/(?:[\w.-]+\+)?json(?:\s*;|$)/i

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads JSON bodies and nothing else: other content types are refused by Fastify (415). An empty body counts
 * as none, because clients written for Quay send the header with every request.
 */
export const bodyParser = fp(
  async (app) => {
    const parse = app.getDefaultJsonParser('error', 'error') as (
      request: FastifyRequest,
      text: string,
      done: (error: Error | null, body?: unknown) => void,
    ) => void

    app.removeAllContentTypeParsers()
    app.addContentTypeParser(JSON_TYPES, { parseAs: 'buffer' }, (request, body: Buffer, done) => {
      const text = decode(body)
      if (text === undefined) return done(invalidRequest('The body is not valid UTF-8'))
      if (text.trim() === '') return done(null, undefined)
      parse(request, text, (error, value) =>
        error
          ? done(invalidRequest('The body is not valid JSON, or has a key that is never accepted'))
          : done(null, value),
      )
    })
  },
  { name: 'body-parser' },
)

function decode(body: Buffer) {
  try {
    return utf8.decode(body)
  } catch {
    return undefined
  }
}
