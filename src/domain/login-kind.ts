import { isName } from './names.ts'

/** What may come as user name and password: those of a robot, those of a user, or a token. */
export const LOGIN_KINDS = ['robot', 'user', 'api_token', 'app_token'] as const

export type LoginKind = (typeof LOGIN_KINDS)[number]

/** By what a user is found who logs in: the name, or the e-mail address, as no name looks like one; undefined: by neither. */
export function userLoginBy(login: string): 'name' | 'email' | undefined {
  if (isName(login)) return 'name'
  return login.includes('@') && !login.includes('\0') ? 'email' : undefined
}

/** By the user name, which registry clients give with every kind of credential; as in Quay. */
export function loginKindOf(username: string): LoginKind {
  if (username.includes('+')) return 'robot'
  if (username === '$oauthtoken') return 'api_token'
  return username === '$app' ? 'app_token' : 'user'
}
