import { MAX_PERFORMER_NAME } from './audit-sizes.ts'
import { NIL_ID } from './ids.ts'
import { SCOPES, type Scope } from './scopes.ts'

interface ApiToken {
  id: string
  /** Other tokens that are made with the token end no later. */
  expiresAt: Date
  application: { clientId: string; name: string } | undefined
}

interface TokenHolder {
  /** Which part of its holder's rights the token gives. */
  scopes: ReadonlySet<Scope>
  token: ApiToken
}

/** A person's log-in with a browser. */
interface SessionRef {
  id: string
  /** Whether the user has proved a moment ago who that is. */
  isFresh: boolean
}

interface User {
  kind: 'user'
  userId: string
  username: string
  superuser: boolean
}

/** A user who calls the API with a token. */
interface TokenUser extends User, TokenHolder {
  session?: undefined
}

/** A user who calls the API with the session of a browser. */
export interface SessionActor extends User {
  scopes: ReadonlySet<Scope>
  token?: undefined
  session: SessionRef
}

/** A user who calls the API. */
export type UserActor = TokenUser | SessionActor

/** An OAuth application that calls for itself: an administrator of its own organization and nothing else. */
interface ApplicationActor extends TokenHolder {
  kind: 'application'
  applicationId: string
  name: string
  organizationId: string
}

/** A robot that calls the API, with what its teams and roles give it; it has no account and no namespace of its own. */
export interface RobotActor {
  kind: 'robot'
  robotId: string
  /** The full one. */
  name: string
  scopes: ReadonlySet<Scope>
  token: {
    /** Of the token, or of what a job was given it by: a federation entry. */
    id: string
    expiresAt: Date
    from: { name: string } | { entryVersion: number }
  }
}

/** Who calls the API. */
export type Actor = UserActor | ApplicationActor | RobotActor

/** Who calls the API through a bearer token. */
export type TokenActor = Exclude<Actor, SessionActor>

const ALL_SCOPES = new Set(SCOPES)

/** Who calls with a session: its user, with all that the user may. */
export const sessionActorOf = ({
  id,
  isFresh,
  userId,
  username,
  superuser,
}: SessionRef & Pick<User, 'userId' | 'username' | 'superuser'>): SessionActor => ({
  ...{ kind: 'user', userId, username, superuser },
  scopes: ALL_SCOPES,
  session: { id, isFresh },
})

/** The id by which to look up what belongs to the caller as a user; of an application, one that no row has. */
export const userIdOf = (actor: Actor | undefined) =>
  actor?.kind === 'user' ? actor.userId : NIL_ID

/** By which to look up the teams that the caller is in; an application is in none. */
export const memberOf = (actor: Actor | undefined): { kind: 'user' | 'robot'; id: string } =>
  actor?.kind === 'robot'
    ? { kind: 'robot', id: actor.robotId }
    : { kind: 'user', id: userIdOf(actor) }

/** The id of who calls. */
export function actorIdOf(actor: Actor): string {
  if (actor.kind === 'user') return actor.userId
  return actor.kind === 'robot' ? actor.robotId : actor.applicationId
}

/** The id of what the caller has shown: a token, a federation entry, or a session. */
export const credentialIdOf = (actor: Actor) =>
  actor.kind === 'user' && actor.session ? actor.session.id : actor.token?.id

/** What logs and registries call the actor. Do not look a user up by it: names of applications are free text. */
export function performerNameOf(actor: Actor): string {
  if (actor.kind === 'user') return actor.username
  return actor.kind === 'robot'
    ? actor.name
    : `application ${actor.name}`.slice(0, MAX_PERFORMER_NAME)
}

/** Where a request came from; both are undefined for the command line. */
export interface Origin {
  ip?: string | undefined
  userAgent?: string | undefined
}

/** The name of whoever made something, for who looks at it later; null for commands. */
export const makerNameOf = ({ actor }: Performer) => (actor ? performerNameOf(actor) : null)

/** Who did something, and from where: through the API, or a robot with its own credentials. */
export interface Performer extends Origin {
  actor?: Actor | undefined
  robot?: { id: string; fullName: string } | undefined
  /** A user with a password. */
  user?: { id: string; name: string } | undefined
}

/** Whether a name in the log is that of a robot which acted for itself: no user's, nor an application's, has a `+`. */
export const isRobotsName = (performerName: string | null, viaToken: boolean) =>
  !viaToken && performerName?.includes('+') === true
