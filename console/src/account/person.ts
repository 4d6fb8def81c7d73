import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import type { components } from '../generated/openapi.d.ts'

export type ApiToken = components['schemas']['UserToken']
export type ListedSession = components['schemas']['ListedSession']

/** Whose tokens and sessions: undefined is who is signed in, a name a user whom a superuser looks after. */
export type Person = string | undefined

export const tokensKey = (person: Person) => ['tokens', person ?? null]
export const sessionsKey = (person: Person) => ['sessions', person ?? null]

/** How the paths of their operations begin. */
export const personPath = (person: Person): string =>
  person === undefined ? '/api/v1/user' : `/api/v1/superuser/users/${person}`

export function readTokens(person: Person, q: string, nextPage: string) {
  const query = { ...(q && { q }), ...(nextPage && { next_page: nextPage }) }
  return person === undefined
    ? answerOf(api.GET('/api/v1/user/tokens', { params: { query } }))
    : answerOf(
        api.GET('/api/v1/superuser/users/{username}/tokens', {
          params: { path: { username: person }, query },
        }),
      )
}

export const endToken = (person: Person, token_uuid: string) =>
  person === undefined
    ? answerOf(api.DELETE('/api/v1/user/tokens/{token_uuid}', { params: { path: { token_uuid } } }))
    : answerOf(
        api.DELETE('/api/v1/superuser/users/{username}/tokens/{token_uuid}', {
          params: { path: { username: person, token_uuid } },
        }),
      )

export const readSessions = (person: Person) =>
  person === undefined
    ? answerOf(api.GET('/api/v1/user/sessions'))
    : answerOf(
        api.GET('/api/v1/superuser/users/{username}/sessions', {
          params: { path: { username: person } },
        }),
      )

export const endSession = (person: Person, session_id: string) =>
  person === undefined
    ? answerOf(
        api.DELETE('/api/v1/user/sessions/{session_id}', { params: { path: { session_id } } }),
      )
    : answerOf(
        api.DELETE('/api/v1/superuser/users/{username}/sessions/{session_id}', {
          params: { path: { username: person, session_id } },
        }),
      )

/** All but the one that asks. */
export const endSessions = (person: Person) =>
  person === undefined
    ? answerOf(api.DELETE('/api/v1/user/sessions'))
    : answerOf(
        api.DELETE('/api/v1/superuser/users/{username}/sessions', {
          params: { path: { username: person } },
        }),
      )
