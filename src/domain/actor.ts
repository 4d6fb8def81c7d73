import { NIL_ID } from './runtime.ts'
import type { Scope } from './scopes.ts'

interface TokenHolder {
  /** What the token lets its holder do, of what the holder may do. */
  scopes: ReadonlySet<Scope>
  token: {
    id: string
    /** Nothing that the token makes outlives it. */
    expiresAt: Date
    application: { clientId: string; name: string } | undefined
  }
}

/** A user who calls the API. */
export interface UserActor extends TokenHolder {
  kind: 'user'
  userId: string
  username: string
  superuser: boolean
}

/** An OAuth application that calls for itself: an administrator of its own organization and nothing else. */
interface ApplicationActor extends TokenHolder {
  kind: 'application'
  applicationId: string
  name: string
  organizationId: string
}

/** Who calls the API through a bearer token. */
export type Actor = UserActor | ApplicationActor

/** The user's key, for looking up what is the user's; an application finds nothing by it. */
export const userIdOf = (actor: Actor | undefined) =>
  actor?.kind === 'user' ? actor.userId : NIL_ID

/** Characters; as much as the log keeps. */
const MAX_PERFORMER_NAME = 255

/** What logs and registries call the actor. Names of applications are free text: this is no user's name. */
export const performerNameOf = (actor: Actor) =>
  actor.kind === 'user' ? actor.username : `application ${actor.name}`.slice(0, MAX_PERFORMER_NAME)

/** Where a request came from; both are undefined for the command line. */
export interface Origin {
  ip?: string | undefined
  userAgent?: string | undefined
}

/** Who did something, and from where: through the API, or a robot with its own credentials. */
export interface Performer extends Origin {
  actor?: Actor | undefined
  robot?: { id: string; fullName: string } | undefined
  /** A user with a password. */
  user?: { id: string; name: string } | undefined
}
