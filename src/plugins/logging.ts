import type { FastifyInstance } from 'fastify'
import { type DestinationStream, type Logger, pino } from 'pino'
import { performerNameOf } from '../domain/actor.ts'

/** Never in a log, wherever they stand in what is logged. */
const SECRET_PATHS = ['authorization', 'password', 'token', 'access_token', 'secret'].flatMap(
  (key) => [key, `*.${key}`, `*.*.${key}`],
)

export const createLogger = (level: string, destination?: DestinationStream): Logger =>
  pino({ level, redact: { paths: SECRET_PATHS, censor: '[redacted]' } }, destination)

/** One line per request: no header, no query and no body, since all of them may hold secrets. */
export function logRequests(app: FastifyInstance) {
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        path: request.originalUrl.split('?', 1)[0],
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ip: request.ip,
        actor: request.actor ? performerNameOf(request.actor) : undefined,
      },
      'request',
    )
  })
}
