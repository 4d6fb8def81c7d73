import { NIL_ID } from './ids.ts'
import type { Scope } from './scopes.ts'

interface TokenHolder {
  /** Which part of its holder's rights the token gives. */
  scopes: ReadonlySet<Scope>
  token: {
    id: string
    /** Other tokens that are made with the token end no later. */
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

/** The id by which to look up what belongs to the caller as a user; of an application, one that no row has. */
export const userIdOf = (actor: Actor | undefined) =>
  actor?.kind === 'user' ? actor.userId : NIL_ID

/** In characters: as many as the audit log keeps. */
const MAX_PERFORMER_NAME = 255

/** What logs and registries call the actor. Do not look a user up by it: names of applications are free text. */
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
