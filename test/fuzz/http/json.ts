import fc from 'fast-check'
import { resolve } from '../../openapi/document.ts'
import { hostileText } from '../texts.ts'
import type { OpenApi, RequestSchema } from './document.ts'
import type { Names } from './url.ts'

/** Any JSON value, of keys that JavaScript objects have by themselves among others. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: hostileText },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown[]>(null, true, false, 0, -1, 1.5, 2 ** 53, 1e308),
  },
  { weight: 1, arbitrary: fc.constantFrom<unknown[]>([], {}, [[]], [null], { a: { b: {} } }) },
  { weight: 1, arbitrary: fc.dictionary(hostileText, hostileText, { maxKeys: 3 }) },
  { weight: 1, arbitrary: fc.array(hostileText, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.integer({ min: 50, max: 300 }).map(nested) },
)

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { a: value }
  return value
}

/** What values are made from. */
export interface Source {
  document: OpenApi
  names: Names
}

/** Values that fit the schema, and some that fit it but for one place. */
export function valuesOf(schema: RequestSchema, source: Source, key = ''): fc.Arbitrary<unknown> {
  const fitting = fittingValues(resolve(source.document, schema), source, key)
  return fc.oneof({ weight: 29, arbitrary: fitting }, { weight: 1, arbitrary: hostileValue })
}

function fittingValues(schema: RequestSchema, source: Source, key: string): fc.Arbitrary<unknown> {
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map((choice) => valuesOf(choice, source, key)))
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.const !== undefined) return fc.constant(schema.const)
  switch ([schema.type].flat()[0]) {
    case 'object':
      return objectsOf(schema, source)
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, source, key), { maxLength: 4 })
    case 'integer':
    case 'number':
      return fc.oneof(fc.integer({ min: -2, max: 100 }), fc.maxSafeInteger())
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'string':
      return textsOf(key, source)
    default:
      return hostileValue
  }
}

function textsOf(key: string, { names }: Source): fc.Arbitrary<string> {
  const known = names.fields[key]
  return fc.oneof(
    { weight: known ? 1 : 9, arbitrary: names.all },
    { weight: 1, arbitrary: hostileText },
    ...(known ? [{ weight: 10, arbitrary: fc.constantFrom(...known) }] : []),
  )
}

function objectsOf(
  { properties = {}, required = [], example }: RequestSchema,
  source: Source,
): fc.Arbitrary<object> {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([key, schema]) => [key, valuesOf(schema, source, key)]),
  )
  const known = fc.record(fields, { requiredKeys: required })
  const more = fc.oneof(
    { weight: 9, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.dictionary(hostileText, hostileValue, { maxKeys: 2 }) },
  )
  const made = fc.tuple(known, more).map(([one, other]) => ({ ...other, ...one }))
  if (example === undefined) return made
  return fc.oneof(
    { weight: 9, arbitrary: made },
    { weight: 1, arbitrary: fc.constant(example as object) },
  )
}
