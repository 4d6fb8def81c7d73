import type { ProfileName } from '../../../src/domain/api-profile.ts'
import { type OpenApi, operationsOf, readDocument, type Schema } from '../../openapi/document.ts'

const PROFILES: ProfileName[] = ['documented', 'live']

/** What each profile says of itself; the first one is what is published. */
export const DOCUMENTS = await Promise.all(
  PROFILES.map(async (apiProfile) => {
    const document = await readDocument({ apiProfile })
    return { apiProfile, document, operations: operationsOf(document) }
  }),
)

export type Target = ReturnType<typeof operationsOf>[number]

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
  example?: unknown
}

export type { OpenApi }
