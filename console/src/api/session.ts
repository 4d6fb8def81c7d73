import type { components } from '../generated/openapi.d.ts'
import { answerOf } from './answer-of.ts'
import { csrfToken } from './csrf-token.ts'
import { sessionApi } from './session-api.ts'

export type Session = components['schemas']['Session']
export type SessionState = components['schemas']['SessionState']
export type SignIn = components['schemas']['SignIn']

/** Who is signed in, by the cookie alone; later calls are made as them, unless somebody has signed in meanwhile. */
export async function readSession(): Promise<SessionState> {
  const before = csrfToken.value
  const state = await answerOf(sessionApi.GET('/api/v1/session'))
  if (csrfToken.value === before) csrfToken.value = state.session?.csrf_token
  return state
}

/** @throws {Refusal} `login_refused`, `same_origin_required`, `https_required`, `rate_limited` */
export async function signIn(username: string, password: string): Promise<Session> {
  const session = await answerOf(
    sessionApi.POST('/api/v1/session', { body: { username, password } }),
  )
  csrfToken.value = session.csrf_token
  return session
}

/** Makes the first user of the installation, and signs them in. @throws {Refusal} as `signIn`, and what is wrong with a field */
export async function signInFirst(body: components['schemas']['FirstUser']): Promise<Session> {
  const session = await answerOf(sessionApi.POST('/api/v1/session/first-user', { body }))
  csrfToken.value = session.csrf_token
  return session
}

/** Proves again who is signed in. @throws {Refusal} `login_refused`, `rate_limited` */
export const signInAgain = (password: string): Promise<Session> =>
  answerOf(sessionApi.POST('/api/v1/session/sudo', { body: { password } }))

/** Ends the session, here and at the provider, and leaves nothing of it in memory. */
export async function signOut(): Promise<void> {
  const { provider_logout } = await answerOf(sessionApi.DELETE('/api/v1/session'))
  location.assign(provider_logout ?? '/')
}
