import { csrfToken } from './csrf-token.ts'
import { Unreachable } from './refusal.ts'

/**
 * Sends a request with what the session's cookie needs beside it.
 * @throws {Unreachable} where no answer comes
 */
export async function fetchOnce(request: Request): Promise<Response> {
  const token = csrfToken.value
  if (token !== undefined) request.headers.set('X-CSRF-Token', token)
  try {
    return await fetch(request, { credentials: 'same-origin' })
  } catch (error) {
    if (request.signal.aborted) throw error
    throw new Unreachable()
  }
}
