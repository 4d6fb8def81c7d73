import type { Scope } from './scopes.ts'

/** Who calls the API: a user, through a bearer token that may not hold all of the user's rights. */
export interface Actor {
  userId: string
  username: string
  superuser: boolean
  scopes: ReadonlySet<Scope>
  token: { id: string; application: { clientId: string; name: string } | undefined }
}

/** Where a request came from; both are undefined for the command line. */
export interface Origin {
  ip?: string | undefined
  userAgent?: string | undefined
}

/** Who did something, and from where: a user through the API, or a robot with its own credentials. */
export interface Performer extends Origin {
  actor?: Actor | undefined
  robot?: { id: string; fullName: string } | undefined
  /** A user with a password. */
  user?: { id: string; name: string } | undefined
}
