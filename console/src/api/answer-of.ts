import { refusalOf } from './refusal.ts'

interface Result<Data> {
  data?: Data
  error?: unknown
  response: Response
}

/**
 * What the service answered.
 * @throws {Refusal} what it refused
 */
export async function answerOf<Data>(call: Promise<Result<Data>>): Promise<Data> {
  const { data, error, response } = await call
  if (!response.ok) throw refusalOf(response.status, error)
  return data as Data
}
