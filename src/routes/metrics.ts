import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { parseBearer } from '../domain/basic-credentials.ts'
import { notFound, unauthenticated } from '../domain/errors.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Access } from '../plugins/access.ts'
import { NOT_KEPT } from '../plugins/answer-caching.ts'
import { originOf } from '../plugins/authentication.ts'
import { refusal } from '../schemas/responses.ts'
import type { LoginThrottle } from '../services/logins/login-throttle.ts'

interface MetricsRoutesOptions {
  /** Undefined: metrics are switched off. */
  metrics: Metrics | undefined
  metricsToken: string | undefined
  throttle: LoginThrottle
}

const MetricsSchema = z.string().meta({
  id: 'Metrics',
  example: '# TYPE quay_robots_exchanges_total counter\n…\n',
})

const METRICS_ACCESS: Access = { kind: 'own-credentials', schemes: ['metricsToken'] }

/** What Prometheus reads, with the token that the operator has set. */
export const metricsRoutes: FastifyPluginAsyncZod<MetricsRoutesOptions> = async (
  app,
  { metrics, metricsToken, throttle },
) => {
  app.get('/metrics', {
    config: { access: METRICS_ACCESS, alwaysServed: true },
    schema: {
      operationId: 'getMetrics',
      tags: ['service'],
      summary: 'Metrics for Prometheus.',
      description: 'Takes the token in `METRICS_TOKEN`; without one set, nothing is here.',
      response: {
        200: {
          description: 'Prometheus text format, version 0.0.4',
          content: { 'text/plain': { schema: MetricsSchema } },
        },
        401: refusal('Another token, or none'),
        404: refusal('Metrics are switched off'),
        429: refusal('Too many wrong tokens; see `Retry-After`'),
      },
    },
    handler: async (request, reply) => {
      if (metrics === undefined || metricsToken === undefined) throw notFound()
      const token = parseBearer(request.headers.authorization ?? '')
      if (token === undefined) throw unauthenticated()
      if (!isSame(token, metricsToken)) {
        throttle.wrongToken('metrics', { origin: originOf(request) })
        throw unauthenticated()
      }
      reply.header('cache-control', NOT_KEPT).type(metrics.contentType)
      return reply.send(await metrics.text())
    },
  })
}

/** Compares in a time that tells nothing of the texts. */
const isSame = (one: string, other: string) => timingSafeEqual(digest(one), digest(other))

const digest = (text: string) => createHash('sha256').update(text).digest()
