import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { PUBLIC } from '../plugins/access.ts'
import { NOT_KEPT } from '../plugins/answer-caching.ts'
import type { Health } from '../services/health.ts'

const ServicesHealthSchema = z
  .object({ services: z.record(z.string(), z.boolean()) })
  .meta({ id: 'ServicesHealth' })

const HealthSchema = z.object({ data: ServicesHealthSchema, status_code: z.int() }).meta({
  id: 'Health',
  example: { data: { services: { auth: true, database: true } }, status_code: 200 },
})

const StatusSchema = z
  .object({ status: z.enum(['live', 'ready', 'draining', 'unavailable']) })
  .meta({ id: 'Status', example: { status: 'ready' } })

/** Whether the service works, for a cluster and its operators; `/health/…` as Quay has it. */
export const healthRoutes: FastifyPluginAsyncZod<{ health: Health }> = async (app, { health }) => {
  const config = { access: PUBLIC, alwaysServed: true }
  const tags = ['service']

  for (const [path, summary] of [
    ['instance', 'Whether this server can work.'],
    ['endtoend', 'Whether everything that this server needs can work.'],
  ] as const) {
    app.get(`/health/${path}`, {
      config,
      schema: {
        operationId: path === 'instance' ? 'getInstanceHealth' : 'getEndToEndHealth',
        tags,
        summary,
        response: {
          200: HealthSchema,
          503: HealthSchema.describe('It cannot; `services` says what is to blame'),
        },
      },
      handler: async (request, reply) => {
        const services = await health[path]((err) => request.log.error({ err }, 'unhealthy'))
        const status = Object.values(services).every(Boolean) ? 200 : 503
        reply.header('cache-control', NOT_KEPT)
        return reply.code(status).send({ data: { services }, status_code: status })
      },
    })
  }

  app.get('/live', {
    config,
    schema: {
      operationId: 'getLiveness',
      tags,
      summary: 'Whether this process answers at all; if not, restart it.',
      response: { 200: StatusSchema },
    },
    handler: async (_request, reply) => {
      reply.header('cache-control', NOT_KEPT)
      return { status: 'live' as const }
    },
  })

  app.get('/ready', {
    config,
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
      reply.header('cache-control', NOT_KEPT)
      return reply.code(status === 'ready' ? 200 : 503).send({ status })
    },
  })
}
