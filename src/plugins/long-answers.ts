import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { jsonText } from '../domain/json-pieces.ts'
import { isWaitedFor } from './request-end.ts'

/** A text in pieces, of which the last one is returned. */
type TextPieces = AsyncGenerator<string, string, void>

/**
 * Answers with a text that is made in pieces, each once the caller has taken the one before. A text of one or two pieces
 * is sent like any other answer, and a failure before the second piece is answered like any other. A later failure cuts
 * the connection, so that nobody takes half of the text for all.
 */
export async function sendPieces(
  request: FastifyRequest,
  reply: FastifyReply,
  pieces: TextPieces,
): Promise<FastifyReply> {
  const first = await pieces.next()
  const second = first.done ? undefined : await pieces.next()
  if (!isWaitedFor(reply)) {
    await pieces.return('')
    return reply
  }
  if (!second || second.done) return reply.send(first.value + (second?.value ?? ''))
  if (request.method === 'HEAD') {
    await pieces.return('')
    return reply.send(Readable.from([]))
  }
  return reply.send(streamOf(first.value + second.value, pieces, request))
}

/** The same for JSON; see `jsonText`. */
export const sendJson = (request: FastifyRequest, reply: FastifyReply, document: object) =>
  sendPieces(request, reply.type('application/json; charset=utf-8'), jsonText(document))

/** Makes a piece only when it is asked for: with a high-water mark above 0, a stream would make one in advance. */
function streamOf(made: string, pieces: TextPieces, { log }: FastifyRequest) {
  let isFirst = true
  async function next() {
    if (!isFirst) return pieces.next()
    isFirst = false
    return { value: made, done: false }
  }
  return new Readable({
    highWaterMark: 0,
    read() {
      next().then(
        ({ value, done }) => {
          if (value !== '') this.push(value)
          if (done) this.push(null)
        },
        (error) => {
          log.error({ err: error }, 'an answer broke off')
          this.destroy(error)
        },
      )
    },
    destroy(error, callback) {
      pieces.return('').then(() => callback(error), callback)
    },
  })
}
