import fp from 'fastify-plugin'
import type { Metrics } from '../metrics/metrics.ts'
import { onRequestEnd } from './request-end.ts'

/** Counts requests by the template of their route. */
export const metricsPlugin = fp(
  async (app, { metrics }: { metrics: Metrics }) => {
    onRequestEnd(app, (request, reply, end) => {
      metrics.finished({
        route: request.is404 ? undefined : request.routeOptions.url,
        method: request.method,
        status: end === 'answered' ? reply.statusCode : undefined,
        seconds: reply.elapsedTime / 1000,
        databaseFault: request.databaseFault,
      })
    })
  },
  { name: 'metrics' },
)
