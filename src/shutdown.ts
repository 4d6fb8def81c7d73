import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/** Longest wait for requests once no more are taken (ms): more than the time that each may be at work. */
const STOP_GRACE = 12_000

/** Longest time that the stop may take once no more requests are taken (ms); each part of it takes less. */
export const STOP_TIMEOUT = 30_000

/**
 * Whether a signal leaves load balancers the time to notice (`DRAIN_SECONDS`): SIGINT comes from a person at a terminal, who
 * waits for nobody.
 */
export const drainsOn = (signal: NodeJS.Signals) => signal === 'SIGTERM'

/** Takes no new requests, and lets those at work finish, also where their callers hung up. */
export async function closeApp(app: FastifyInstance) {
  const timer = setTimeout(() => app.server.closeAllConnections(), STOP_GRACE)
  // A connection that is kept alive after its last answer would delay the stop by a minute.
  app.server.keepAliveTimeout = 1
  await app.close()
  clearTimeout(timer)
  while (app.inFlight() > 0) await sleep(10)
}
