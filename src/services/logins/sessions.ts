import {
  csrfTokenOf,
  digestSessionSecret,
  generateSessionSecret,
  isCsrfTokenOf,
  isSessionSecret,
} from '../../crypto/session-secret.ts'
import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import { type Origin, type Performer, sessionActorOf } from '../../domain/actor.ts'
import { auditableText, MAX_LAST_AGENT } from '../../domain/audit-sizes.ts'
import { loginRefused, notFound, unauthenticated } from '../../domain/errors.ts'
import type { Owner } from '../../domain/owner.ts'
import type { Clock, NewId, RandomBytes } from '../../domain/runtime.ts'
import { idleSince, isAlive, isFresh, SESSIONS, sessionEnd } from '../../domain/session-life.ts'
import { NO_PASSWORDS, type PasswordSignIn } from '../../domain/sign-in-rules.ts'
import { touchSession } from '../../queries/last-use.ts'
import {
  deleteIdleSessions,
  deleteOldestSessions,
  deleteSession,
  deleteSessionOf,
  deleteSessions,
  type FoundSession,
  findSession,
  insertSession,
  listSessions,
  refreshSession,
  type SessionRow,
} from '../../queries/sessions.ts'
import type { AuditKind, AuditLog } from '../audit/audit-log.ts'
import { createHourlyWork } from '../hourly-work.ts'
import { noteUse } from './last-use.ts'
import type { PasswordLogin } from './password-login.ts'

interface SessionsDeps {
  db: Db
  audit: AuditLog
  passwordLogin: PasswordLogin
  signIn: { passwords: PasswordSignIn }
  clock: Clock
  newId: NewId
  randomBytes: RandomBytes
}

/** A session as its user sees it. */
export interface Session extends FoundSession {
  isFresh: boolean
  csrfToken: string
}

/** What a browser sends of a session. */
export interface SessionProof {
  /** Of the cookie. */
  secret: string
  /** Of the header; undefined: it is not asked for. */
  csrfToken: string | undefined
}

/** A session that has begun, and what the cookie is to hold. */
export interface OpenedSession {
  secret: string
  session: Session
}

/** Who logs in, and as what of this moment it counts. */
interface LogIn {
  user: { id: string; name: string; superuser: boolean }
  /** Null: a password. */
  provider: string | null
  authenticatedAt: Date | null
  /** The secret of the session that the browser had so far. */
  replaced?: string | undefined
}

export type Sessions = ReturnType<typeof createSessions>
export type { SessionRow }

const NO_PASSWORD = 'Only superusers sign in with a password here: sign in by your provider'

/** Sessions of people with a browser. */
export function createSessions({ db, audit, passwordLogin, clock, ...deps }: SessionsDeps) {
  const record = (
    tx: Tx,
    kind: Extract<AuditKind, 'login_success' | 'logout_success'>,
    user: Owner,
    performer: Performer,
    metadata: Record<string, string | number | boolean>,
  ) =>
    audit.record(tx, {
      kind,
      namespace: { id: user.id, name: user.name },
      performer,
      metadata: { kind: 'user', type: 'session', username: user.name, ...metadata },
    })

  /** Makes a session within a transaction that has locked the user. */
  async function open(
    tx: Tx,
    { user, replaced, ...login }: LogIn,
    origin: Origin,
  ): Promise<OpenedSession> {
    const secret = generateSessionSecret(deps.randomBytes)
    const now = clock()
    const session: SessionRow = {
      ...{ id: deps.newId(), userId: user.id, superuser: user.superuser, ...login },
      ...{ createdAt: now, lastAccessedAt: now, expiresAt: sessionEnd(now) },
      ip: origin.ip ?? null,
      agent:
        origin.userAgent === undefined ? null : auditableText(origin.userAgent, MAX_LAST_AGENT),
    }
    if (replaced !== undefined) await deleteSessionOf(tx, digestSessionSecret(replaced))
    await deleteOldestSessions(tx, user.id, SESSIONS.most - 1)
    await insertSession(tx, { ...session, digest: digestSessionSecret(secret) })
    await record(
      tx,
      'login_success',
      user,
      { ...origin, user },
      {
        session_id: session.id,
        ...(login.provider !== null && { provider: login.provider }),
        ...(origin.userAgent !== undefined && { useragent: origin.userAgent }),
      },
    )
    return { secret, session: shown({ ...session, username: user.name }, secret) }
  }

  const shown = (found: FoundSession, secret: string): Session => ({
    ...found,
    isFresh: isFresh(found, clock()),
    csrfToken: csrfTokenOf(secret),
  })

  /** @throws {ServiceError} `login_refused` */
  async function checkPassword(username: string, password: string, origin: Origin) {
    const { passwords } = deps.signIn
    if (passwords === 'off') throw loginRefused(NO_PASSWORDS)
    const check = await passwordLogin.atApi({ username, password }, origin)
    if ('problem' in check) throw loginRefused(check.problem)
    if (passwords === 'superusers' && !check.user.superuser) throw loginRefused(NO_PASSWORD)
    return check.user
  }

  return {
    open,

    /**
     * Logs a user in with name, or e-mail address, and password.
     *
     * @param replaced the secret of the session that the browser had so far, which ends
     * @throws {ServiceError} `login_refused`; `rate_limited`; `unavailable`
     */
    async logIn(
      { username, password }: { username: string; password: string },
      replaced: string | undefined,
      origin: Origin,
    ) {
      const user = await checkPassword(username, password, origin)
      return withTransaction(db, async (tx) => {
        if (!(await passwordLogin.stillHolds(tx, user))) throw unauthenticated()
        const login = { user, provider: null, authenticatedAt: clock(), replaced }
        return open(tx, login, origin)
      })
    },

    /**
     * The session that a request proves, if any. Does not count as a use of it.
     *
     * @param namespace in which the user's standing is asked for, with the same statement
     */
    async find(
      { secret, csrfToken }: SessionProof,
      namespace?: string,
    ): Promise<Session | undefined> {
      if (!isSessionSecret(secret)) return undefined
      if (csrfToken !== undefined && !isCsrfTokenOf(secret, csrfToken)) return undefined
      const found = await findSession(db, digestSessionSecret(secret), namespace)
      return found && isAlive(found, clock()) ? shown(found, secret) : undefined
    },

    /** Notes that a session was used, at most once a minute, so that it does not end for want of use. */
    noteUse: ({ id, lastAccessedAt }: Session) =>
      noteUse(clock, lastAccessedAt, (use) => touchSession(db, id, use)),

    /**
     * Has the user of a session prove again who that is.
     *
     * @returns the session as it is then
     * @throws {ServiceError} `login_refused`; `invalid_token` where the session has ended meanwhile; `rate_limited`;
     *   `unavailable`
     */
    async refresh(session: Session, password: string, origin: Origin): Promise<Session> {
      const user = await checkPassword(session.username, password, origin)
      const authenticatedAt = clock()
      await withTransaction(db, async (tx) => {
        if (!(await passwordLogin.stillHolds(tx, user))) throw unauthenticated()
        if (!(await refreshSession(tx, session.id, authenticatedAt))) throw unauthenticated()
        const performer = { actor: sessionActorOf(session), ...origin }
        await record(tx, 'login_success', user, performer, { fresh: true })
      })
      return { ...session, authenticatedAt, isFresh: true }
    },

    /** Those of a user that have not ended, the newest first. */
    list(user: Owner): Promise<SessionRow[]> {
      const now = clock()
      return listSessions(db, user.id, { usedAfter: idleSince(now), now, limit: SESSIONS.most })
    },

    /** Ends one. @throws {ServiceError} `not_found` */
    end: (user: Owner, id: string, performer: Performer) =>
      withTransaction(db, async (tx) => {
        if (!(await deleteSession(tx, user.id, id))) throw notFound()
        await record(tx, 'logout_success', user, performer, { ended: id })
      }),

    /** Ends all of a user but the one that asks, if one does. */
    endOthers: (user: Owner, performer: Performer) =>
      withTransaction(db, async (tx) => {
        const { actor } = performer
        const own = actor?.kind === 'user' ? actor.session?.id : undefined
        const count = await deleteSessions(tx, user.id, own)
        if (count > 0) await record(tx, 'logout_success', user, performer, { ended_count: count })
      }),

    /** Deletes what has ended. */
    upkeep: createHourlyWork((step) =>
      deleteIdleSessions(db, { ...step, before: idleSince(clock()) }),
    ),
  }
}
