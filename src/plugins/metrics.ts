import fp from 'fastify-plugin'
import type { Metrics } from '../metrics/metrics.ts'

/** Counts answers by the template of their route. */
export const metricsPlugin = fp(
  async (app, { metrics }: { metrics: Metrics }) => {
    app.addHook('onResponse', (request, reply, done) => {
      metrics.finished({
        route: request.is404 ? undefined : request.routeOptions.url,
        method: request.method,
        status: reply.statusCode,
        seconds: reply.elapsedTime / 1000,
      })
      done()
    })
  },
  { name: 'metrics' },
)
