import type { Session } from '../api/session.ts'

export type Scope = Session['scopes'][number]

/** What each scope lets a token do. */
export const SCOPES: Record<Scope, string> = {
  'repo:read': 'see and pull from repositories',
  'repo:write': 'push to repositories',
  'repo:admin': 'administer repositories',
  'repo:create': 'make repositories',
  'user:read': 'read the account',
  'user:admin': 'administer the account and its robots',
  'org:admin': 'administer organizations, their robots and teams',
  'super:user': 'use the rights of a superuser',
}
