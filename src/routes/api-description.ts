import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { notFound } from '../domain/errors.ts'
import { PUBLIC } from '../plugins/access.ts'
import { createOpenApiAnswer } from '../plugins/openapi-answer.ts'
import { ERROR_DESCRIPTIONS } from '../schemas/error-types.ts'

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

/** What the service says of its API: errors, and the OpenAPI document. */
export const apiDescriptionRoutes: FastifyPluginAsyncZod<{ publicUrl: string }> = async (
  app,
  { publicUrl },
) => {
  const config = { access: PUBLIC }
  const tags = ['service']

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
      config: { ...config, answerHeaders: { 200: { ETag: 'ETag' }, 304: { ETag: 'ETag' } } },
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
