import { describe, expect, it } from 'vitest'
import { checkOf, operationsOf, readDocument, resolve, type Schema } from './document.ts'

// What generated clients stumble over: each rule holds for every operation, the new ones too.

const document = await readDocument()
const operations = operationsOf(document).map(({ operation }) => operation)

const answers = () =>
  operations.flatMap(({ operationId, responses }) =>
    Object.entries(responses).map(([status, answer]) => ({
      name: `${operationId} ${status}`,
      status: Number(status),
      ...answer,
    })),
  )

const refusals = () => answers().filter(({ status }) => status >= 400)

/** Every schema with properties of its own that is in another one, by its place. */
function nameless(value: unknown, place: string): string[] {
  if (typeof value !== 'object' || value === null) return []
  const { properties, example: _, examples: __, ...parts } = value as Record<string, unknown>
  const fields = Object.entries((properties ?? {}) as object)
  return [
    ...(fields.length > 0 ? [place] : []),
    ...Object.entries(parts).flatMap(([key, part]) => nameless(part, `${place}/${key}`)),
    ...fields.flatMap(([key, part]) => nameless(part, `${place}/${key}`)),
  ]
}

describe('an answer', () => {
  it('has one media type under each status, but a page as well where browsers are sent to', () => {
    const mixed = answers().filter(({ content = {} }) => Object.keys(content).length > 1)
    const others = mixed.filter(({ name, content = {} }) => {
      const types = Object.keys(content).join(' ')
      return (
        !/^(begin|complete)ProviderSession /.test(name) || types !== 'application/json text/html'
      )
    })
    expect(others.map(({ name }) => name)).toEqual([])
  })

  it('and a body consist of named parts', () => {
    const { schemas } = document.components
    const found = Object.entries(schemas).flatMap(([name, schema]) =>
      nameless(schema, name).filter((place) => place !== name),
    )
    expect([...found, ...nameless(document.paths, 'paths')]).toEqual([])
  })

  it('names no part by the place where it stands', () => {
    const names = Object.keys(document.components.schemas)
    expect(names.filter((name) => /Input$|Items?$|(Item|Inner|Inline)\d*$/.test(name))).toEqual([])
  })

  it('that refuses shows an example of each shape that it may have, which fits it', () => {
    for (const { name, content = {} } of refusals()) {
      for (const { schema, example, examples } of Object.values(content)) {
        const shapes = (schema.anyOf as Schema[] | undefined) ?? [schema]
        const shown = examples ? Object.values(examples).map(({ value }) => value) : [example]
        expect(shown, name).toHaveLength(shapes.length)
        for (const [index, shape] of shapes.entries()) {
          expect(shown[index], name).toBeDefined()
          expect(checkOf(document, shape).safeParse(shown[index]).error, name).toBeUndefined()
        }
      }
    }
  })

  it('that refuses shows the error of its own status', () => {
    const types = new Map<number, Set<string>>()
    for (const { name, status, content = {} } of refusals()) {
      for (const { schema, example, examples } of Object.values(content)) {
        const [first = schema] = (schema.anyOf as Schema[] | undefined) ?? []
        if (resolve(document, first) !== document.components.schemas.ApiError) continue
        const shown = (example ?? examples?.ApiError?.value) as Record<string, string>
        expect(shown.status, name).toBe(status)
        types.set(status, (types.get(status) ?? new Set()).add(shown.error_type ?? ''))
      }
    }
    expect(Object.fromEntries([...types].map(([status, set]) => [status, [...set]]))).toMatchObject(
      {
        400: ['invalid_request'],
        401: ['invalid_token'],
        403: ['insufficient_scope'],
        404: ['not_found'],
        413: ['request_too_large'],
        415: ['unsupported_media_type'],
        429: ['rate_limited'],
        503: ['unavailable'],
      },
    )
  })

  it('declares the headers that come with it', () => {
    const STATUS_HEADERS: Record<number, string> = {
      401: 'WWW-Authenticate',
      405: 'Allow',
      429: 'Retry-After',
    }
    for (const { name, status, headers = {} } of answers()) {
      expect(headers['x-request-id'], name).toEqual({ $ref: '#/components/headers/RequestId' })
      const own = STATUS_HEADERS[status]
      if (own) expect(Object.keys(headers), name).toContain(own)
    }
    const revalidated = operations.filter(({ responses }) => '304' in responses)
    for (const { operationId, responses } of revalidated) {
      expect(responses[200]?.headers, operationId).toHaveProperty('ETag')
      expect(responses[304]?.headers, operationId).toHaveProperty('ETag')
    }
    const busy = refusals().filter(({ status }) => status === 503)
    const silent = busy.filter(({ headers = {} }) => !('Retry-After' in headers))
    expect(silent.map(({ name }) => name).sort()).toEqual([
      'getEndToEndHealth 503',
      'getInstanceHealth 503',
      'getReadiness 503',
    ])
  })
})
