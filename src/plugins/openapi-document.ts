import type { createJsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  ANSWER_HEADERS,
  type Answer,
  type AnswerHeaders,
  addPage,
  describeHeaders,
  showRefusal,
} from './openapi-answers.ts'

type ZodToJsonConfig = NonNullable<
  Parameters<typeof createJsonSchemaTransform>[0]['zodToJsonConfig']
>

/** Changes what zod writes of a schema, where that would tell a caller little, or something wrong. */
export const SCHEMA_CONFIG: ZodToJsonConfig = {
  override: ({ zodSchema, jsonSchema: json }) => {
    const meta = z.globalRegistry.get(zodSchema)
    // Query parameters come as text and are parsed: where a schema declares a type, callers need that one alone.
    if (meta?.type !== undefined) delete json.anyOf
    if (meta?.default !== undefined) json.default = meta.default as typeof json.default
    // These zod writes of every integer, format and record.
    if (json.minimum === Number.MIN_SAFE_INTEGER) delete json.minimum
    if (json.maximum === Number.MAX_SAFE_INTEGER) delete json.maximum
    if (json.format !== undefined) delete json.pattern
    delete json.propertyNames
    // Answers may get more fields in a later version; no client shall refuse them.
    if (json.additionalProperties === false && !isStrict(zodSchema)) {
      delete json.additionalProperties
    }
    // @fastify/swagger's word for a response without content.
    if (zodSchema._zod.def.type === 'undefined') json.type = 'null'
  },
}

/** Whether an object with other keys is refused. */
const isStrict = ({ _zod: { def } }: z.core.$ZodTypes) =>
  def.type === 'object' && def.catchall?._zod.def.type === 'never'

interface Schema {
  $ref?: string
  type?: string
  anyOf?: Schema[]
  default?: unknown
}

interface Operation {
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> }
  responses: Record<string, Answer>
  /** What the route says of them, until they have it. */
  'x-answer-headers'?: AnswerHeaders
  'x-refuses-on-page'?: boolean
}

interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema>; headers?: object }
}

/** Puts right what @fastify/swagger and fastify-type-provider-zod make of the document as a whole. */
export function tidyDocument(untidy: unknown) {
  const document = withoutTwins(untidy as Document)
  for (const methods of Object.values(document.paths)) {
    for (const operation of Object.values(methods)) {
      describeSuccess(operation)
      describeBody(operation)
      for (const [status, answer] of Object.entries(operation.responses)) {
        describeHeaders(Number(status), answer, operation['x-answer-headers'])
        showRefusal(Number(status), answer)
        if (operation['x-refuses-on-page']) addPage(Number(status), answer)
      }
      delete operation['x-answer-headers']
      delete operation['x-refuses-on-page']
    }
  }
  document.components.headers = usedIn(document.paths)
  return document as object
}

function usedIn(paths: Document['paths']) {
  const text = JSON.stringify(paths)
  return Object.fromEntries(
    Object.entries(ANSWER_HEADERS).filter(([name]) => text.includes(`/headers/${name}"`)),
  )
}

const SUCCESS: Record<string, string> = { 200: 'Successful invocation', 201: 'Successful creation' }

/** In Quay's words. */
function describeSuccess({ responses }: Operation) {
  for (const [status, response] of Object.entries(responses)) {
    if (response.description !== 'Default Response') continue
    response.description = SUCCESS[status] ?? response.description
  }
}

/** The schema of a body admits null, for no body; one with a default can be left out (`optionalBody`). */
function describeBody({ requestBody }: Operation) {
  if (!requestBody) return
  for (const content of Object.values(requestBody.content)) {
    const { anyOf, default: fallback } = content.schema
    requestBody.required = fallback === undefined
    const [only] = anyOf?.filter(({ type }) => type !== 'null') ?? []
    if (only) content.schema = only
  }
}

/** Each component comes twice, as NAMEInput and as NAME; where they agree, one is enough. */
function withoutTwins(document: Document): Document {
  const json = JSON.stringify(document)
  const tidy = JSON.parse(json.replace(/("#\/components\/schemas\/\w+)Input"/g, '$1"')) as Document
  const { schemas } = tidy.components
  for (const [name, schema] of Object.entries(schemas)) {
    const twin = schemas[name.replace(/Input$/, '')]
    if (name.endsWith('Input') && JSON.stringify(twin) === JSON.stringify(schema)) {
      delete schemas[name]
    }
  }
  return tidy
}
