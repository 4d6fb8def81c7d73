import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { notArrived } from './incomplete-bodies.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether a body that turned out to be empty was announced as JSON. */
    announcedJson: boolean
  }
}

/** `application/json` and `application/*+json`, with or without parameters. */
export const JSON_TYPES = /^application\/(?:[\w.-]+\+)?json(?:\s*;|$)/i

/**
 * An empty body counts as none, whatever its type: clients written for Quay send the header of JSON with every request,
 * `curl -d ''` that of a form.
 */
export function forgetEmptyBodies(app: FastifyInstance) {
  app.decorateRequest('announcedJson', false)
  app.addHook('preParsing', (request, _reply, body, done) => {
    const { headers } = request
    if (headers['transfer-encoding'] === undefined) {
      if (Number(headers['content-length'] ?? 0) === 0) forgetBody(request)
      return done()
    }
    beginsWithNothing(body).then((isEmpty) => {
      if (isEmpty) forgetBody(request)
      done()
    }, done)
  })
}

/** Whether a body without a length is empty: its first chunk, or its end, tells. */
function beginsWithNothing(body: Readable): Promise<boolean> {
  return new Promise((resolve, reject) => {
    function look() {
      const chunk = body.read() as Buffer | null
      if (chunk === null) return
      body.unshift(chunk)
      settle(() => resolve(false))
    }
    const end = () => settle(() => resolve(true))
    const fail = () => settle(() => reject(notArrived()))
    function settle(tell: () => void) {
      body
        .off('readable', look)
        .off('end', end)
        .off('close', fail)
        .on('error', () => {})
      tell()
    }
    body.on('readable', look).on('end', end).on('close', fail).on('error', fail)
  })
}

/** For an empty body: its type no longer matters, except that a caller who announced JSON is told that it is missing. */
function forgetBody(request: FastifyRequest): void {
  const { headers } = request
  request.announcedJson = JSON_TYPES.test(headers['content-type'] ?? '')
  delete headers['transfer-encoding']
  delete headers['content-length']
  delete headers['content-type']
}
