import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { RawAnswer } from '../../helpers/raw-http.ts'
import type { OpenApi, RequestSchema, Target } from './document.ts'

/** Objects may have declared properties only, unless the schema says that there may be others. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const { example: _, ...keywords } = schema as RequestSchema
  const entries = Object.entries(keywords).map(([key, value]) => [
    key,
    key === 'properties'
      ? Object.fromEntries(
          Object.entries(value as object).map(([name, one]) => [name, closed(one)]),
        )
      : closed(value),
  ])
  return {
    ...(keywords.properties ? { additionalProperties: false } : {}),
    ...Object.fromEntries(entries),
  }
}

/** Holds answers to a document. */
export function createContract(document: OpenApi, operations: Target[]) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
  ajv.addSchema({ $id: 'document', components: closed(document.components) })

  const validators = new Map<string, ValidateFunction>()
  for (const { operation } of operations) {
    for (const [status, { content = {} }] of Object.entries(operation.responses)) {
      for (const [type, { schema }] of Object.entries(content)) {
        const text = JSON.stringify(closed(schema)).replaceAll('"#/', '"document#/')
        validators.set(`${operation.operationId} ${status} ${type}`, ajv.compile(JSON.parse(text)))
      }
    }
  }

  /** What the document does not say of this answer; undefined if it says all of it. */
  return function undeclared({ operation }: Target, answer: RawAnswer): string | undefined {
    const { status, headers, text } = answer
    const declared = operation.responses[String(status)]
    if (!declared) return `status ${status}: ${text.slice(0, 300)}`
    if (!declared.content) return text === '' ? undefined : `a body with status ${status}: ${text}`
    const type = headers['content-type']?.split(';', 1)[0]?.trim() ?? ''
    const isValid = validators.get(`${operation.operationId} ${status} ${type}`)
    if (!isValid) return `content type ${type} with status ${status}`
    if (isValid(type === 'application/json' ? answer.body : text)) return undefined
    const errors = ajv.errorsText(isValid.errors)
    return `a body of another schema with status ${status}: ${errors}: ${text.slice(0, 300)}`
  }
}
