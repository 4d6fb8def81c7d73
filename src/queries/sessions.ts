import { rows, statement } from '../db/statements.ts'
import type { Db, DbOrTx, Tx } from '../db/types.ts'
import { isId } from '../domain/ids.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { columnsOf } from './columns.ts'
import {
  NAMED_STANDING,
  namespaceAsked,
  type Standing,
  type StandingRow,
  standingColumns,
  standingIn,
} from './memberships.ts'
import { deleteOldest, type Step } from './oldest.ts'

/** A session of a person; the cookie's digest is read by no query. */
export interface SessionRow {
  id: string
  userId: string
  superuser: boolean
  provider: string | null
  createdAt: Date
  expiresAt: Date
  lastAccessedAt: Date
  authenticatedAt: Date | null
  ip: string | null
  agent: string | null
}

const FIELDS = {
  id: true,
  userId: true,
  superuser: true,
  provider: true,
  createdAt: true,
  expiresAt: true,
  lastAccessedAt: true,
  authenticatedAt: true,
  ip: true,
  agent: true,
} satisfies Prisma.SessionSelect

/** A session, with the name of its user. */
export interface FoundSession extends SessionRow {
  username: string
  /** Of the user, where it was asked for. */
  standing?: Standing | undefined
}

const FIND_SESSION = statement<
  FoundSession & StandingRow,
  { digest: Buffer; namespace: string | null }
>(
  'find_session',
  `
    SELECT ${columnsOf(Object.keys(FIELDS), 's')}, u.name AS username,
           ${standingColumns('user_id', 's.user_id')}
    FROM sessions s JOIN namespaces u ON u.id = s.user_id
    ${NAMED_STANDING}
    WHERE s.digest = $digest AND u.enabled AND u.superuser = s.superuser`,
)

/**
 * That of a user who is let in, and is still a superuser or still none.
 *
 * @param namespace in which the user's standing is asked for
 */
export async function findSession(
  db: DbOrTx,
  digest: Buffer,
  namespace?: string,
): Promise<FoundSession | undefined> {
  const values = { digest, namespace: namespaceAsked(namespace) }
  const [found] = await rows(db, FIND_SESSION, values)
  if (!found || namespace === undefined) return found
  return { ...found, standing: standingIn(found, namespace) }
}

export const insertSession = (tx: Tx, session: SessionRow & { digest: Uint8Array<ArrayBuffer> }) =>
  tx.session.create({ data: session, select: { id: true } })

/** The newest first. */
export const listSessions = (
  db: DbOrTx,
  userId: string,
  { usedAfter, now, limit }: { usedAfter: Date; now: Date; limit: number },
): Promise<SessionRow[]> =>
  db.session.findMany({
    where: { userId, lastAccessedAt: { gt: usedAfter }, expiresAt: { gt: now } },
    orderBy: { id: 'desc' },
    take: limit,
    select: FIELDS,
  })

/** The user has just proved again who that is. @returns whether the session still exists */
export const refreshSession = async (tx: Tx, id: string, authenticatedAt: Date) =>
  (await tx.session.updateMany({ where: { id }, data: { authenticatedAt } })).count > 0

/** @returns whether there was such a session of the user */
export const deleteSession = async (tx: Tx, userId: string, id: string) =>
  isId(id) && (await tx.session.deleteMany({ where: { id, userId } })).count > 0

/** All sessions of a user. @param but one that stays. @returns how many there were */
export const deleteSessions = async (tx: Tx, userId: string, but?: string) =>
  (
    await tx.session.deleteMany({
      where: { userId, ...(but !== undefined && { id: { not: but } }) },
    })
  ).count

export const deleteSessionOf = (tx: Tx, digest: Uint8Array<ArrayBuffer>) =>
  tx.session.deleteMany({ where: { digest } })

/** Leaves a user the newest of the sessions. */
export const deleteOldestSessions = (tx: Tx, userId: string, left: number) =>
  tx.$executeRaw(Prisma.sql`
    DELETE FROM sessions WHERE id IN (
      SELECT id FROM sessions WHERE user_id = ${userId}::uuid ORDER BY id DESC OFFSET ${left})`)

/** Deletes some of the sessions that nobody has used for longest. */
export const deleteIdleSessions = (db: Db, step: Step) =>
  deleteOldest(db, { table: 'sessions', key: 'id', time: 'last_accessed_at' }, step)
