import { type ZodType, z } from 'zod'
import { openApiDocument } from '../../scripts/openapi-document.ts'

/** As much of OpenAPI 3.1 as the tests look at. */
export interface Schema {
  $ref?: string
  example?: unknown
  [keyword: string]: unknown
}

export interface Media {
  schema: Schema
  example?: unknown
  examples?: Record<string, { value: unknown }>
}

export interface Response {
  description: string
  headers?: Record<string, { $ref: string }>
  content?: Record<string, Media>
}

export interface Operation {
  operationId: string
  summary: string
  tags: string[]
  security: Record<string, string[]>[]
  parameters?: { in: string; name: string; description?: string; schema: Schema }[]
  requestBody?: { required: boolean; content: Record<string, { schema: Schema }> }
  responses: Record<string, Response>
}

export interface OpenApi {
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, Schema>
    securitySchemes: Record<string, object>
    headers: Record<string, { description: string; required?: boolean; schema: Schema }>
  }
}

export const readDocument = async (...overrides: Parameters<typeof openApiDocument>) =>
  (await openApiDocument(...overrides)) as OpenApi

export const operationsOf = (document: OpenApi) =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

const COMPONENT = '#/components/schemas/'

/** The component that a schema points at, or the schema itself. */
export function resolve(document: OpenApi, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema
  const found = document.components.schemas[schema.$ref.replace(COMPONENT, '')]
  if (!found) throw new Error(`${schema.$ref} leads nowhere`)
  return found
}

/** Most refusals are of the same shape, and what all refer to takes its time to read. */
const checks = new WeakMap<OpenApi, Map<string, ZodType>>()

/** A schema of the document as a check of values. */
export function checkOf(document: OpenApi, schema: Schema) {
  const known = checks.get(document) ?? new Map<string, ZodType>()
  checks.set(document, known)
  const key = JSON.stringify(schema)
  const check = known.get(key) ?? readSchema(document, schema)
  known.set(key, check)
  return check
}

function readSchema({ components }: OpenApi, schema: Schema): ZodType {
  const text = JSON.stringify({ ...schema, $defs: components.schemas })
  return z.fromJSONSchema(JSON.parse(text.replaceAll(COMPONENT, '#/$defs/')))
}

/** `schemas/NAME` or `headers/NAME` of every component that is referred to. */
export const referencesIn = (value: unknown) =>
  [...JSON.stringify(value).matchAll(/"\$ref":"#\/components\/([^"]*)"/g)].map(
    ([, reference]) => reference ?? '',
  )
