import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { notFound } from '../domain/errors.ts'
import { PUBLIC } from '../plugins/access.ts'
import { createOpenApiAnswer } from '../plugins/openapi-answer.ts'
import { ERROR_DESCRIPTIONS } from '../schemas/error-types.ts'
import type { Health } from '../services/health.ts'
import type { RegistryAuthority } from '../services/keys/registry-authority.ts'
import type { SigningKeys } from '../services/keys/signing-keys.ts'

interface ServiceRoutesOptions {
  health: Health
  signingKeys: SigningKeys
  registryAuthority: RegistryAuthority
  publicUrl: string
}

const ServicesHealthSchema = z
  .object({ services: z.record(z.string(), z.boolean()) })
  .meta({ id: 'ServicesHealth' })

const HealthSchema = z.object({ data: ServicesHealthSchema, status_code: z.int() }).meta({
  id: 'Health',
  example: { data: { services: { auth: true, database: true } }, status_code: 200 },
})

const JwkSchema = z.looseObject({ kty: z.string(), kid: z.string() }).meta({ id: 'Jwk' })

const JwksSchema = z.object({ keys: z.array(JwkSchema) }).meta({
  id: 'Jwks',
  example: {
    keys: [{ kty: 'EC', crv: 'P-256', x: '…', y: '…', kid: '…', alg: 'ES256', use: 'sig' }],
  },
})

const PemSchema = z.string().meta({
  id: 'Certificate',
  example: '-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n',
})

const ErrorTypeSchema = z
  .object({ type: z.string(), title: z.string(), description: z.string() })
  .meta({
    id: 'ErrorType',
    example: {
      type: 'https://robots.example.com/api/v1/error/not_found',
      title: 'not_found',
      description: ERROR_DESCRIPTIONS.not_found,
    },
  })

/** What the service says about itself. */
export const serviceRoutes: FastifyPluginAsyncZod<ServiceRoutesOptions> = async (app, options) => {
  const { health, signingKeys, registryAuthority, publicUrl } = options
  const config = { access: PUBLIC }
  const tags = ['service']

  for (const [path, summary] of [
    ['instance', 'Whether this server can work.'],
    ['endtoend', 'Whether everything that this server needs can work.'],
  ] as const) {
    app.get(`/health/${path}`, {
      config: { ...config, alwaysServed: true },
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
        reply.header('cache-control', 'no-store')
        return reply.code(status).send({ data: { services }, status_code: status })
      },
    })
  }

  app.get('/.well-known/jwks.json', {
    config,
    schema: {
      operationId: 'getSigningKeys',
      tags,
      summary: 'The public keys that verify robot and registry tokens (RFC 7517).',
      response: { 200: JwksSchema },
    },
    handler: async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=60')
      return signingKeys.jwks() as Promise<z.output<typeof JwksSchema>>
    },
  })

  app.get('/.well-known/registry-ca.pem', {
    config,
    schema: {
      operationId: 'getRegistryCertificate',
      tags,
      summary: 'The certificate that registries are to trust: their `rootcertbundle`.',
      response: {
        200: {
          description: 'PEM (RFC 7468). It stays the same when signing keys change.',
          content: { 'application/x-pem-file': { schema: PemSchema } },
        },
      },
    },
    handler: async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=300').type('application/x-pem-file')
      return registryAuthority.bundle()
    },
  })

  app.get('/api/v1/error/:error_type', {
    config,
    schema: {
      operationId: 'getErrorDescription',
      tags,
      summary: 'Get a detailed description of the error.',
      params: z.object({ error_type: z.string().describe('The `error_type` of an error') }),
      response: { 200: ErrorTypeSchema },
    },
    handler: async (request) => {
      const title = request.params.error_type
      const description = Object.hasOwn(ERROR_DESCRIPTIONS, title)
        ? ERROR_DESCRIPTIONS[title]
        : undefined
      if (description === undefined) throw notFound()
      return { type: `${publicUrl}/api/v1/error/${title}`, title, description }
    },
  })

  const answerOpenApi = createOpenApiAnswer(app)
  for (const path of ['/openapi.json', '/api/v1/discovery']) {
    app.get(path, {
      config,
      schema: {
        operationId: path === '/openapi.json' ? 'getOpenApiDocument' : 'discovery',
        tags,
        summary: 'This API as an OpenAPI 3.1 document.',
        response: {
          200: z
            .looseObject({ openapi: z.string() })
            .meta({ id: 'OpenApiDocument', example: { openapi: '3.1.0' } }),
          304: z.undefined().meta({ description: 'As the caller has it (`If-None-Match`)' }),
        },
      },
      handler: async (request, reply) => answerOpenApi(request, reply) as never,
    })
  }
}
