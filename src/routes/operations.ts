import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { parseBearer } from '../domain/basic-credentials.ts'
import { notFound, unauthenticated } from '../domain/errors.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { type Access, PUBLIC } from '../plugins/access.ts'
import { originOf } from '../plugins/authentication.ts'
import { refusal } from '../schemas/responses.ts'
import type { Health } from '../services/health.ts'
import type { LoginThrottle } from '../services/logins/login-throttle.ts'

interface OperationsRoutesOptions {
  health: Health
  /** Undefined: metrics are switched off. */
  metrics: Metrics | undefined
  metricsToken: string | undefined
  throttle: LoginThrottle
}

const StatusSchema = z
  .object({ status: z.enum(['live', 'ready', 'draining', 'unavailable']) })
  .meta({ id: 'Status', example: { status: 'ready' } })

const MetricsSchema = z.string().meta({
  id: 'Metrics',
  example: '# TYPE quay_robots_exchanges_total counter\n…\n',
})

const METRICS_ACCESS: Access = { kind: 'own-credentials', schemes: ['metricsToken'] }

/** Health and metrics, by which a cluster and its operators watch a server. */
export const operationsRoutes: FastifyPluginAsyncZod<OperationsRoutesOptions> = async (
  app,
  { health, metrics, metricsToken, throttle },
) => {
  const tags = ['service']

  app.get('/live', {
    config: { access: PUBLIC, alwaysServed: true },
    schema: {
      operationId: 'getLiveness',
      tags,
      summary: 'Whether this process answers at all; if not, restart it.',
      response: { 200: StatusSchema },
    },
    handler: async (_request, reply) => {
      reply.header('cache-control', 'no-store')
      return { status: 'live' as const }
    },
  })

  app.get('/ready', {
    config: { access: PUBLIC, alwaysServed: true },
    schema: {
      operationId: 'getReadiness',
      tags,
      summary: 'Whether requests should be sent to this server.',
      response: {
        200: StatusSchema,
        503: StatusSchema.describe('It is about to stop, or has no database'),
      },
    },
    handler: async (request, reply) => {
      const status = await health.readiness((err) => request.log.warn({ err }, 'not ready'))
      reply.header('cache-control', 'no-store')
      return reply.code(status === 'ready' ? 200 : 503).send({ status })
    },
  })

  app.get('/metrics', {
    config: { access: METRICS_ACCESS, alwaysServed: true },
    schema: {
      operationId: 'getMetrics',
      tags,
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
      reply.header('cache-control', 'no-store').type(metrics.contentType)
      return reply.send(await metrics.text())
    },
  })
}

/** Compares in a time that tells nothing of the texts. */
const isSame = (one: string, other: string) => timingSafeEqual(digest(one), digest(other))

const digest = (text: string) => createHash('sha256').update(text).digest()
