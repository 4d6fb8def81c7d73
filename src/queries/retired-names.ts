import type { DbOrTx, Tx } from '../db/types.ts'
import type { NameSearch } from '../domain/name-sort.ts'
import type { Slice } from '../domain/page.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { SQL_SORTS } from './name-order.ts'

/** The administrators of a namespace now, and the namespace itself. */
const holdersOf = (namespaceId: string) => Prisma.sql`ARRAY(
  SELECT ${namespaceId}::uuid
  UNION
  SELECT m.user_id FROM team_members m JOIN teams t ON t.id = m.team_id
  WHERE t.organization_id = ${namespaceId}::uuid AND t.role = 'admin' AND m.user_id IS NOT NULL)`

/** Retires the name of a namespace that is about to lose it, and with it the names of its repositories. */
export async function retireNamespace(tx: Tx, namespaceId: string, at: Date) {
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO retired_names (name, retired_at, holders)
    SELECT name, ${at}, ${holdersOf(namespaceId)} FROM namespaces WHERE id = ${namespaceId}::uuid
    ON CONFLICT (name) DO UPDATE
    SET retired_at = EXCLUDED.retired_at, holders = EXCLUDED.holders, released_at = NULL`)
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO former_names (namespace_id, name, until)
    SELECT id, name, ${at} FROM namespaces WHERE id = ${namespaceId}::uuid
    ON CONFLICT (namespace_id, name) DO UPDATE SET until = EXCLUDED.until`)
}

interface Leaving {
  namespaceId: string
  ids: string[]
  /** When they were deleted, alone or with their namespace. */
  at: Date
}

/**
 * Retires the names of repositories that are about to be deleted: below the name of their namespace, and below the names
 * that it had while they were there. Names that were released since then stay released.
 */
export const retireRepositories = (tx: Tx, { namespaceId, ids, at }: Leaving) =>
  tx.$executeRaw(Prisma.sql`
    INSERT INTO retired_names (name, retired_at)
    SELECT n.name || '/' || r.name, LEAST(n.until, ${at})
    FROM repositories r JOIN (
      SELECT name, ${at}::timestamptz AS until, true AS is_current
      FROM namespaces WHERE id = ${namespaceId}::uuid
      UNION ALL
      SELECT name, until, false FROM former_names f WHERE namespace_id = ${namespaceId}::uuid
        AND NOT EXISTS (SELECT FROM namespaces WHERE id = ${namespaceId}::uuid AND name = f.name)
    ) AS n ON n.is_current OR r.created_at <= n.until
    WHERE r.id = ANY(${ids}::uuid[])
    ON CONFLICT (name) DO UPDATE SET retired_at = EXCLUDED.retired_at, released_at = NULL
    WHERE retired_names.released_at <= EXCLUDED.retired_at`)

/**
 * Makes a name no longer retired, for an account to which this transaction has given it already: so no other transaction
 * can do the same meanwhile.
 *
 * @param takers accounts for which it is taken
 * @returns false where the name is retired, and none of them may take it again
 */
export async function takeNamespaceName(
  tx: Tx,
  { id, name }: { id: string; name: string },
  takers: string[],
): Promise<boolean> {
  const [retired] = await tx.$queryRaw<{ isFree: boolean }[]>(Prisma.sql`
    SELECT released_at IS NOT NULL OR holders && ${takers}::uuid[] AS "isFree"
    FROM retired_names WHERE name = ${name} FOR UPDATE`)
  if (!retired) return true
  if (!retired.isFree) return false
  await tx.retiredName.delete({ where: { name } })
  // The account may have had this name before.
  await tx.formerName.deleteMany({ where: { namespaceId: id, name } })
  return true
}

interface RepositoryName {
  namespace: { id: string; name: string }
  repository: string
}

const pathOf = ({ namespace, repository }: RepositoryName) => `${namespace.name}/${repository}`

/**
 * Whether there was a repository of this name before: in the namespace, or in another one that had its name then.
 */
export async function isRepositoryRetired(tx: Tx, name: RepositoryName): Promise<boolean> {
  const { namespace, repository } = name
  const [found] = await tx.$queryRaw<{ isRetired: boolean }[]>(Prisma.sql`
    SELECT COALESCE(
      (SELECT released_at IS NULL FROM retired_names WHERE name = ${pathOf(name)}),
      EXISTS (SELECT FROM former_names f JOIN repositories r ON r.namespace_id = f.namespace_id
              WHERE f.name = ${namespace.name} AND f.namespace_id <> ${namespace.id}::uuid
                AND r.name = ${repository} AND r.created_at <= f.until)) AS "isRetired"`)
  return found?.isRetired === true
}

/** Makes the name of a repository no longer retired, as there is one again. */
export const takeRepositoryName = (tx: Tx, name: RepositoryName) =>
  tx.retiredName.deleteMany({ where: { name: pathOf(name) } })

/** Names that are retired and not released, and have a text in them, by name: as the database's own collation has it. */
export function listRetiredNames(db: DbOrTx, { text, sort, after, limit }: Slice & NameSearch) {
  const { after: beyond, direction } = SQL_SORTS[sort]
  // Of the first page, too: a condition that the index begins with.
  const place = after === undefined ? Prisma.sql`>= ''` : Prisma.sql`${Prisma.raw(beyond)} ${after}`
  return db.$queryRaw<{ name: string; retiredAt: Date }[]>(Prisma.sql`
    SELECT name, retired_at AS "retiredAt" FROM retired_names
    WHERE released_at IS NULL AND name ${place} AND strpos(name, ${text}) > 0
    ORDER BY name ${Prisma.raw(direction)} LIMIT ${limit}`)
}

/** @returns whether the name of a namespace, or of a repository that has a row, was retired */
export const releaseName = async (tx: Tx, name: string, at: Date) =>
  (await tx.retiredName.updateMany({ where: { name, releasedAt: null }, data: { releasedAt: at } }))
    .count > 0

/** Releases the name of a repository that only a former name of its namespace retires. @returns whether it was retired */
export const releaseLeftRepository = async (
  tx: Tx,
  { namespace, repository, at }: { namespace: string; repository: string; at: Date },
) =>
  (await tx.$executeRaw(Prisma.sql`
    INSERT INTO retired_names (name, retired_at, released_at)
    SELECT f.name || '/' || r.name, min(f.until), ${at}
    FROM former_names f JOIN repositories r ON r.namespace_id = f.namespace_id
    WHERE f.name = ${namespace} AND r.name = ${repository} AND r.created_at <= f.until
    GROUP BY 1 ON CONFLICT (name) DO NOTHING`)) > 0
