import type { FastifyInstance } from 'fastify'
import { type DestinationStream, type Logger, pino } from 'pino'
import { performerNameOf } from '../domain/actor.ts'
import { onRequestEnd } from './request-end.ts'

/** Values under these names are kept out of the log. */
const SECRET_PATHS = ['authorization', 'password', 'token', 'access_token', 'secret'].flatMap(
  (key) => [key, `*.${key}`, `*.*.${key}`],
)

/**
 * Lines are collected and written together, after this many milliseconds at the latest, and when the process ends by
 * itself: a write for each line would be a good part of what a request costs (bench/README.md).
 */
const FLUSH_INTERVAL = 100
const FLUSH_BYTES = 4096

/** Lines that nobody reads are dropped beyond this (bytes). */
const MOST_UNREAD = 8_000_000

/** How many characters of a path are logged; no route has as many. */
const MOST_OF_PATH = 1_000

const standardOutput = () =>
  pino.destination({
    sync: false,
    minLength: FLUSH_BYTES,
    periodicFlush: FLUSH_INTERVAL,
    maxLength: MOST_UNREAD,
  })

export const createLogger = (
  level: string,
  destination: DestinationStream = standardOutput(),
): Logger => pino({ level, redact: { paths: SECRET_PATHS, censor: '[redacted]' } }, destination)

/**
 * One line per request: no header, no query and no body, since all of them may hold secrets. It has the status
 * of the answer, or `aborted` where the caller hung up before.
 */
export function logRequests(app: FastifyInstance) {
  // Nothing in such a line can be a secret, and looking for one takes longer than writing it.
  const lines = app.log.child({}, { redact: [] })
  onRequestEnd(app, (request, reply, end) => {
    lines.info(
      {
        reqId: request.id,
        method: request.method,
        path: request.originalUrl.split('?', 1)[0]?.slice(0, MOST_OF_PATH),
        ...(end === 'answered' ? { status: reply.statusCode } : { aborted: true }),
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ip: request.clientAddress ?? undefined,
        actor: request.actor ? performerNameOf(request.actor) : undefined,
      },
      'request',
    )
  })
}
