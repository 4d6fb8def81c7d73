import type { DbOrTx } from '../db/types.ts'
import { Prisma } from '../generated/prisma/client.ts'

/** Sorts after every character that a name can have. */
const AFTER_NAMES = '\x7f'

interface UserEntity {
  name: string
  isMember: boolean
}

/** Statement of `findUsersStarting`; tests look at its plan. */
export function usersStartingQuery(
  prefix: string,
  organizationId: string | undefined,
  limit: number,
) {
  const isMember =
    organizationId === undefined
      ? Prisma.sql`false`
      : Prisma.sql`EXISTS (
          SELECT FROM team_members m JOIN teams t ON t.id = m.team_id
          WHERE m.user_id = n.id AND t.organization_id = ${organizationId}::uuid)`
  return Prisma.sql`
    SELECT n.name, ${isMember} AS "isMember" FROM namespaces n
    WHERE lower(n.name) ~>=~ ${prefix} AND lower(n.name) ~<~ ${prefix + AFTER_NAMES}
      AND n.kind = 'user'
    ORDER BY lower(n.name) USING ~<~ LIMIT ${limit}`
}

/** Users whose name starts with `prefix`, by name: one with just this name comes first. */
export const findUsersStarting = (db: DbOrTx, ...query: Parameters<typeof usersStartingQuery>) =>
  db.$queryRaw<UserEntity[]>(usersStartingQuery(...query))

/** Short names of a namespace's robots: those that start with `prefix`, and those whose full name does. */
export async function findRobotsStarting(
  db: DbOrTx,
  namespace: { id: string; name: string },
  prefix: string,
  limit: number,
) {
  const starts = shortPrefixes(`${namespace.name}+`, prefix)
  const lists = starts.map(
    (start) => Prisma.sql`(
      SELECT name FROM robots
      WHERE namespace_id = ${namespace.id}::uuid AND name >= ${start} AND name < ${start + AFTER_NAMES}
      ORDER BY name LIMIT ${limit})`,
  )
  const rows = await db.$queryRaw<{ name: string }[]>(Prisma.sql`
    SELECT name FROM (${Prisma.join(lists, ' UNION ')}) AS found ORDER BY name LIMIT ${limit}`)
  return rows.map(({ name }) => name)
}

/** The prefixes of short names that `prefix` may mean: itself, and what follows where it starts with `owner+`. */
function shortPrefixes(owner: string, prefix: string): string[] {
  if (owner.startsWith(prefix)) return ['']
  return prefix.startsWith(owner) ? [prefix, prefix.slice(owner.length)] : [prefix]
}

export async function findTeamsStarting(
  db: DbOrTx,
  organizationId: string,
  prefix: string,
  limit: number,
) {
  const teams = await db.team.findMany({
    where: { organizationId, name: { gte: prefix, lt: prefix + AFTER_NAMES } },
    orderBy: { name: 'asc' },
    take: limit,
    select: { name: true },
  })
  return teams.map(({ name }) => name)
}
