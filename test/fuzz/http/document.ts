import { readFileSync } from 'node:fs'
import { type OpenApi, operationsOf, type Schema } from '../../openapi/document.ts'

/** As it is published. */
export const DOCUMENT = JSON.parse(
  readFileSync(new URL('../../../openapi/openapi.json', import.meta.url), 'utf8'),
) as OpenApi

export const OPERATIONS = operationsOf(DOCUMENT)

export type Target = (typeof OPERATIONS)[number]

/** A schema, by what JSON Schema says of it, as far as requests are made from it. */
export interface RequestSchema extends Schema {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: RequestSchema[]
  oneOf?: RequestSchema[]
  properties?: Record<string, RequestSchema>
  required?: string[]
  items?: RequestSchema
}
