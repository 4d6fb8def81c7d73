import type { FastifyBaseLogger } from 'fastify'

/**
 * The logger of one request, whose lines have its id. Most requests log nothing but their own line, and a child of pino's
 * costs more than that: it is made when it is first needed.
 */
export function createChildLogger(
  parent: FastifyBaseLogger,
  bindings: Record<string, unknown>,
): FastifyBaseLogger {
  let made: FastifyBaseLogger | undefined
  function child() {
    made ??= parent.child(bindings)
    return made
  }
  const logger = Object.create(parent) as FastifyBaseLogger
  for (const level of LEVELS) {
    logger[level] = (...line: Parameters<FastifyBaseLogger['info']>) => child()[level](...line)
  }
  return logger
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const
