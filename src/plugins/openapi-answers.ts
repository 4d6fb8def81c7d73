import { REFUSAL_EXAMPLES } from './openapi-refusals.ts'

interface Schema {
  type?: string
  description?: string
  $ref?: string
  anyOf?: Schema[]
}

export interface Answer {
  description: string
  headers?: Record<string, { $ref: string }>
  content?: Record<string, { schema: Schema; example?: unknown; examples?: object }>
}

/** Headers of answers, for `components.headers`. */
export const ANSWER_HEADERS = {
  RequestId: {
    description:
      'What the log calls the request: the caller’s own `x-request-id` where it is well-formed',
    required: true,
    schema: { type: 'string' },
  },
  RetryAfter: {
    description: 'Seconds after which trying again makes sense (RFC 9110 §10.2.3)',
    required: true,
    schema: { type: 'integer', minimum: 0 },
  },
  WwwAuthenticate: {
    description:
      'How to authenticate (RFC 9110 §11.6.1); of an exchange, with its code, why it failed (RFC 6750 §3)',
    schema: { type: 'string' },
  },
  ErrorDescription: {
    description: 'Why it failed: of an exchange its code, and words',
    schema: { type: 'string' },
  },
  ETag: {
    description:
      'Sent back as `If-None-Match`, it saves an answer that is still the same (RFC 9110 §8.8.3)',
    required: true,
    schema: { type: 'string' },
  },
  EntityTag: {
    description:
      'Sent back as `If-Match`, it keeps a change from being made to something else (RFC 9110 §8.8.3)',
    required: true,
    schema: { type: 'string' },
  },
  Location: {
    description: 'Where it is, relative to the path of the request (RFC 9110 §10.2.2)',
    required: true,
    schema: { type: 'string' },
  },
  Allow: {
    description: 'The methods that the path has (RFC 9110 §10.2.1)',
    required: true,
    schema: { type: 'string' },
  },
  RegistryVersion: {
    description: '`registry/2.0`, as registry clients look for it',
    schema: { type: 'string' },
  },
}

/** By status and name, what describes the headers of answers. */
export type AnswerHeaders = Record<number, Record<string, keyof typeof ANSWER_HEADERS>>

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The headers that come with answers of this route, beside those of all answers of their status. */
    answerHeaders?: AnswerHeaders
    /** Whether a person who comes with a browser reads refusals on a page. */
    refusesOnPage?: boolean
  }
}

const header = (name: keyof typeof ANSWER_HEADERS) => ({ $ref: `#/components/headers/${name}` })

/** The components that an answer may be. */
function componentsOf({ content = {} }: Answer): string[] {
  const [{ schema } = { schema: {} }] = Object.values(content)
  return (schema.anyOf ?? [schema]).flatMap(({ $ref }) => $ref?.split('/').at(-1) ?? [])
}

/** Says of an answer which headers come with it. @param declared by its route */
export function describeHeaders(status: number, answer: Answer, declared: AnswerHeaders = {}) {
  const components = componentsOf(answer)
  const isError = components.some((name) => name.endsWith('Error') || name.endsWith('ErrorCode'))
  answer.headers = {
    ...answer.headers,
    'x-request-id': header('RequestId'),
    ...(isError && (status === 429 || status === 503) && { 'Retry-After': header('RetryAfter') }),
    ...(status === 401 && { 'WWW-Authenticate': header('WwwAuthenticate') }),
    ...(status === 405 && { Allow: header('Allow') }),
    ...Object.fromEntries(
      Object.entries(declared[status] ?? {}).map(([name, component]) => [name, header(component)]),
    ),
  }
}

/** Shows what a refusal looks like under its status: the component has one example for all. */
export function showRefusal(status: number, answer: Answer) {
  if (status < 400) return
  const examples = componentsOf(answer).flatMap((name) => {
    const example = REFUSAL_EXAMPLES[name]
    return example ? [[name, example(status)] as const] : []
  })
  for (const media of Object.values(answer.content ?? {})) {
    if (examples.length === 1) media.example = examples[0]?.[1]
    else if (examples.length > 1) {
      media.examples = Object.fromEntries(examples.map(([name, value]) => [name, { value }]))
    }
  }
}

/** Says of a refusal that browsers get it as a page. */
export function addPage(status: number, answer: Answer) {
  if (status >= 400) answer.content = { ...answer.content, 'text/html': PAGE }
}

const PAGE = {
  schema: { type: 'string', description: 'The same in words, for a browser' },
  example: '<h1>You are not signed in</h1>',
}
