import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Answers with the OpenAPI document, which is made once; with 304 to callers who have it already (RFC 9110 §13.1.2). */
export function createOpenApiAnswer(app: FastifyInstance) {
  let made: { body: Buffer; etag: string } | undefined

  function document() {
    if (made) return made
    const body = Buffer.from(JSON.stringify(app.swagger()))
    made = { body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` }
    return made
  }

  return ({ headers }: FastifyRequest, reply: FastifyReply) => {
    const { body, etag } = document()
    reply.headers({ etag, 'cache-control': 'no-cache' })
    const known = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
    if (known?.some((tag) => tag === etag || tag === '*')) return reply.code(304).send()
    return reply.type('application/json; charset=utf-8').send(body)
  }
}
