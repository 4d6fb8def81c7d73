import { refusalOf } from './refusal.ts'

interface Result<Data> {
  data?: Data
  error?: unknown
  response: Response
}

/** What the service answered, and its version, which `If-Match` takes. */
export interface Tagged<Data> {
  data: Data
  etag: string
}

/**
 * What the service answered.
 * @throws {Refusal} what it refused
 */
export async function answerOf<Data>(call: Promise<Result<Data>>): Promise<Data> {
  return (await taggedAnswerOf(call)).data
}

/** @throws {Refusal} what it refused */
export async function taggedAnswerOf<Data>(call: Promise<Result<Data>>): Promise<Tagged<Data>> {
  const { data, error, response } = await call
  if (!response.ok) throw refusalOf(response.status, error)
  return { data: data as Data, etag: response.headers.get('etag') ?? '' }
}
