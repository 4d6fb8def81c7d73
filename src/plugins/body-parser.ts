import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { invalidRequest } from '../domain/errors.ts'
import { BODY_LIMIT, tooLarge } from './body-limits.ts'
import { forgetEmptyBodies, JSON_TYPES } from './empty-bodies.ts'
import { createBodyReader } from './incomplete-bodies.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The whole body of a request, up to the limit of its route. */
    readBody: (request: FastifyRequest, body: Readable) => Promise<Buffer>
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

interface BodyParserOptions {
  /** How many bytes of incomplete bodies are held at a time. */
  maxBytes: number
  /** Told of each body that gave way to others. */
  onShed: () => void
}

/** Reads JSON bodies and nothing else: other content types are refused by Fastify (415). */
export const bodyParser = fp(
  async (app, options: BodyParserOptions) => {
    const read = createBodyReader(options)
    app.decorate('readBody', async ({ headers, routeOptions }, body) => {
      const { bodyLimit } = routeOptions
      if (Number(headers['content-length'] ?? 0) > bodyLimit) throw tooLarge(bodyLimit)
      return read(body, bodyLimit)
    })

    // A client that announced `Expect: 100-continue` is told to send its body once its access was found good (RFC 9110
    // §10.1.1). After a refusal nobody knows whether the body still comes.
    app.server.on('checkContinue', (request, response) =>
      app.server.emit('request', request, response),
    )
    app.addHook('onRequest', ({ headers }, reply, done) => {
      if (headers.expect !== undefined) reply.header('connection', 'close')
      done()
    })
    // The body of a refused request is not even read to be thrown away: that takes memory, too.
    app.addHook('onSend', ({ headers, raw }, reply, _payload, done) => {
      const isUnread = !raw.readableDidRead && Number(headers['content-length'] ?? 0) > BODY_LIMIT
      if (isUnread) {
        reply.header('connection', 'close')
        raw.read(0)
      }
      done()
    })
    app.addHook('preParsing', ({ headers }, reply, _body, done) => {
      if (headers.expect !== undefined) reply.raw.writeContinue()
      done()
    })
    forgetEmptyBodies(app)

    const parse = app.getDefaultJsonParser('error', 'error') as (
      request: FastifyRequest,
      text: string,
      done: (error: Error | null, body?: unknown) => void,
    ) => void

    app.removeAllContentTypeParsers()
    app.addContentTypeParser(JSON_TYPES, async (request: FastifyRequest, body: Readable) => {
      const text = decode(await app.readBody(request, body))
      if (text.trim() === '') return undefined
      return new Promise((resolve, reject) => {
        parse(request, text, (error, value) => (error ? reject(NO_JSON) : resolve(value)))
      })
    })
  },
  { name: 'body-parser' },
)

const NO_JSON = invalidRequest(
  'The body is not valid JSON, or has the key __proto__ or constructor',
)

/** @throws {ServiceError} `invalid_request` */
function decode(body: Buffer): string {
  try {
    return utf8.decode(body)
  } catch {
    throw invalidRequest('The body is not valid UTF-8')
  }
}
