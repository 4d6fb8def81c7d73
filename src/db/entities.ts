import { Prisma } from '../generated/prisma/client.ts'
import type { DbOrTx } from './client.ts'

/** Sorts after every character that a name can have. */
const AFTER_NAMES = '\x7f'

export interface UserEntity {
  name: string
  email: string | null
  isMember: boolean
}

/** Statement of `findUsersStarting`; tests look at its plan. */
export const usersStartingQuery = (
  prefix: string,
  organizationId: string | undefined,
  limit: number,
) => {
  const isMember =
    organizationId === undefined
      ? Prisma.sql`false`
      : Prisma.sql`EXISTS (
          SELECT FROM team_members m JOIN teams t ON t.id = m.team_id
          WHERE m.user_id = n.id AND t.organization_id = ${organizationId}::uuid)`
  return Prisma.sql`
    SELECT n.name, n.email, ${isMember} AS "isMember" FROM namespaces n
    WHERE lower(n.name) ~>=~ ${prefix} AND lower(n.name) ~<~ ${prefix + AFTER_NAMES}
      AND n.kind = 'user'
    ORDER BY lower(n.name) USING ~<~ LIMIT ${limit}`
}

/** Users whose name starts with `prefix`, by name: the one who is called so comes first. */
export const findUsersStarting = (db: DbOrTx, ...query: Parameters<typeof usersStartingQuery>) =>
  db.$queryRaw<UserEntity[]>(usersStartingQuery(...query))

/** Short names of a namespace's robots: those that start with `prefix`, and those whose full name does. */
export const findRobotsStarting = async (
  db: DbOrTx,
  namespace: { id: string; name: string },
  prefix: string,
  limit: number,
) => {
  const rows = await db.$queryRaw<{ name: string }[]>(Prisma.sql`
    SELECT r.name FROM robots r
    WHERE r.namespace_id = ${namespace.id}::uuid
      AND (starts_with(r.name, ${prefix}) OR starts_with(${`${namespace.name}+`} || r.name, ${prefix}))
    ORDER BY r.name LIMIT ${limit}`)
  return rows.map(({ name }) => name)
}

export const findTeamsStarting = async (
  db: DbOrTx,
  organizationId: string,
  prefix: string,
  limit: number,
) => {
  const rows = await db.$queryRaw<{ name: string }[]>(Prisma.sql`
    SELECT t.name FROM teams t
    WHERE t.organization_id = ${organizationId}::uuid AND starts_with(t.name, ${prefix})
    ORDER BY t.name LIMIT ${limit}`)
  return rows.map(({ name }) => name)
}
