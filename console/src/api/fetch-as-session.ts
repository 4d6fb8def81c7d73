import { askFor, timesResumed } from '../session/interruption.ts'
import { csrfToken } from './csrf-token.ts'
import { fetchOnce } from './fetch-once.ts'
import { readSession } from './session.ts'

/**
 * Sends a request; where the session has ended, or the log-in was too long ago, has people sign in over the page, and
 * sends it again.
 * @throws {Declined} where they do not
 */
export async function fetchAsSession(request: Request): Promise<Response> {
  const since = timesResumed()
  const first = await fetchOnce(request.clone())
  if (first.status === 401) {
    await renewSession(since)
    return fetchOnce(request)
  }
  if (await isFreshLoginRequired(first)) {
    await askFor('sudo', since)
    return fetchOnce(request)
  }
  return first
}

/** Somebody may have signed in with another tab: then the cookie is good, and only the header was not. */
async function renewSession(since: number) {
  const before = csrfToken.value
  const { session } = await readSession()
  if (session && session.csrf_token !== before) return
  await askFor('sign-in', since)
}

async function isFreshLoginRequired(response: Response) {
  if (response.status !== 403) return false
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  return (
    typeof body === 'object' &&
    body !== null &&
    'error_type' in body &&
    body.error_type === 'fresh_login_required'
  )
}
