import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { Refusal } from '../api/refusal.ts'
import type { Call } from '../parts/as-curl.ts'
import type { Role } from './roles.ts'

/** Who has a role in a repository. */
export interface RoleKey {
  /** Of the repository's owner: `acme`. */
  namespace: string
  repository: string
  kind: 'team' | 'user' | 'robot'
  /** Of a robot the full one. */
  holder: string
}

/** How the same is called in a shell. */
const rolePath = ({ namespace, repository, kind, holder }: RoleKey): string =>
  `/api/v1/repository/${namespace}/${repository}/permissions/${kind === 'team' ? 'team' : 'user'}/${holder}`

/** The request that gives the role, or takes it away, as a call in a shell. */
export const roleCall = (key: RoleKey, role: Role | 'none'): Call =>
  role === 'none'
    ? { method: 'DELETE', path: rolePath(key) }
    : { method: 'PUT', path: rolePath(key), body: { role } }

/**
 * Gives somebody a role in a repository, or takes theirs away, in one request.
 *
 * @throws {Refusal} what the service refused; where there is no such repository, in words that name it
 */
export const setRole = (key: RoleKey, role: Role | 'none'): Promise<void> =>
  send(key, role).catch((error: unknown) => {
    if (!(error instanceof Refusal && error.status === 404)) throw error
    throw new Refusal(404, error.code, `${key.namespace} has no repository ${key.repository}.`)
  })

async function send(key: RoleKey, role: Role | 'none'): Promise<void> {
  const repository = `${key.namespace}/${key.repository}`
  const body = role === 'none' ? undefined : { role }
  if (key.kind === 'team') {
    const url = '/api/v1/repository/{repository}/permissions/team/{teamname}'
    const params = { path: { repository, teamname: key.holder } }
    await answerOf<unknown>(body ? api.PUT(url, { params, body }) : api.DELETE(url, { params }))
    return
  }
  const url = '/api/v1/repository/{repository}/permissions/user/{username}'
  const params = { path: { repository, username: key.holder } }
  await answerOf<unknown>(body ? api.PUT(url, { params, body }) : api.DELETE(url, { params }))
}
