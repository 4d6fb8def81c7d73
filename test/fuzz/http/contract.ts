import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { RawAnswer } from '../../helpers/raw-http.ts'
import type { Response } from '../../openapi/document.ts'
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

/** What clients act on, and so must know of. */
const HEADERS = [
  ...['allow', 'etag', 'link', 'location', 'retry-after', 'www-authenticate', 'x-request-id'],
  'docker-distribution-api-version',
]

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

  /** What is said of headers and is not so. */
  function wrongHeader(declared: Response, headers: RawAnswer['headers']): string | undefined {
    const said = Object.entries(declared.headers ?? {}).map(([name, { $ref }]) => ({
      name: name.toLowerCase(),
      isSure: document.components.headers[$ref.split('/').at(-1) ?? '']?.required === true,
    }))
    const missing = said.find(({ name, isSure }) => isSure && headers[name] === undefined)
    if (missing) return `no header ${missing.name}`
    const other = HEADERS.find(
      (name) => headers[name] !== undefined && !said.some((one) => one.name === name),
    )
    return other && `header ${other}`
  }

  function wrongBody(
    { operation }: Target,
    declared: Response,
    { status, headers, text, body }: RawAnswer,
  ): string | undefined {
    if (!declared.content) return text === '' ? undefined : `a body: ${text}`
    const type = headers['content-type']?.split(';', 1)[0]?.trim() ?? ''
    const isValid = validators.get(`${operation.operationId} ${status} ${type}`)
    if (!isValid) return `content type ${type}`
    if (isValid(type === 'application/json' ? body : text)) return undefined
    return `a body of another schema: ${ajv.errorsText(isValid.errors)}: ${text.slice(0, 300)}`
  }

  /** What the document does not say of this answer; undefined if it says all of it. */
  return function undeclared(target: Target, answer: RawAnswer): string | undefined {
    const { status, headers, text } = answer
    const declared = target.operation.responses[String(status)]
    if (!declared) return `status ${status}: ${text.slice(0, 300)}`
    const wrong = wrongHeader(declared, headers) ?? wrongBody(target, declared, answer)
    return wrong && `with status ${status}: ${wrong}`
  }
}
