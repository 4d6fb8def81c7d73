import type { DbOrTx, Tx } from '../db/types.ts'
import { emailKeyOf } from '../domain/email-rules.ts'
import type { NameSearch } from '../domain/name-sort.ts'
import { isName } from '../domain/names.ts'
import type { Slice } from '../domain/page.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { beforeAll, SQL_SORTS } from './name-order.ts'
import { deleteSessions } from './sessions.ts'

export interface UserRow {
  id: string
  name: string
  email: string | null
  superuser: boolean
  enabled: boolean
}

const USER_FIELDS = { id: true, name: true, email: true, superuser: true, enabled: true } as const

export const findUser = async (db: DbOrTx, name: string): Promise<UserRow | null> =>
  isName(name)
    ? db.namespace.findUnique({ where: { name, kind: 'user' }, select: USER_FIELDS })
    : null

/** Users that have a text in their names, by name. */
export function listUsers(
  db: DbOrTx,
  {
    text,
    sort,
    after = beforeAll(sort),
    limit,
    withDisabled,
  }: Slice & NameSearch & { withDisabled: boolean },
) {
  const { after: beyond, direction } = SQL_SORTS[sort]
  return db.$queryRaw<UserRow[]>(Prisma.sql`
    SELECT id, name, email, superuser, enabled FROM namespaces
    WHERE kind = 'user' AND name ${Prisma.raw(beyond)} ${after} AND strpos(name, ${text}) > 0
      AND (enabled OR ${withDisabled})
    ORDER BY name ${Prisma.raw(direction)} LIMIT ${limit}`)
}

/** What is left out stays as it is. */
interface UserChanges {
  passwordHash?: string
  email?: string
  enabled?: boolean
  superuser?: boolean
}

/** Ends the sessions of a user who gets a new password, is disabled, becomes a superuser or is none any more. */
export async function updateUser(tx: Tx, id: string, changes: UserChanges) {
  await tx.namespace.update({
    where: { id },
    data: { ...changes, ...emailKeyOf(changes) },
    select: { id: true },
  })
  const { passwordHash, enabled, superuser } = changes
  if (passwordHash !== undefined || enabled === false || superuser !== undefined) {
    await deleteSessions(tx, id)
  }
}

/** Names of organizations that have no other enabled administrator than this user, at most `limit`. */
export async function listSolelyAdministered(tx: Tx, userId: string, limit: number) {
  const rows = await tx.$queryRaw<{ name: string }[]>(Prisma.sql`
    SELECT o.name FROM namespaces o
    WHERE o.id IN (
        SELECT t.organization_id FROM teams t JOIN team_members m ON m.team_id = t.id
        WHERE m.user_id = ${userId}::uuid AND t.role = 'admin')
      AND NOT EXISTS (
        SELECT FROM teams t JOIN team_members m ON m.team_id = t.id
        JOIN namespaces u ON u.id = m.user_id
        WHERE t.organization_id = o.id AND t.role = 'admin' AND u.enabled
          AND u.id <> ${userId}::uuid)
    ORDER BY o.name LIMIT ${limit}`)
  return rows.map(({ name }) => name)
}
