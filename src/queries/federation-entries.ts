import { rows, statement } from '../db/statements.ts'
import type { Db, DbOrTx, Tx } from '../db/types.ts'
import { matchHash, type StoredEntry } from '../domain/federation-entry.ts'
import type { PolicyHolder } from '../domain/robot-policy.ts'
import { Prisma } from '../generated/prisma/client.ts'
import {
  ENTRY_COLUMNS,
  ENTRY_KEYS,
  type EntryRow,
  entryIn,
  SELECTED_ENTRY,
} from './entry-columns.ts'

const columns = ENTRY_KEYS.join(', ')

const REPLACE = ['position', 'match_hash', ...ENTRY_KEYS]
  .map((column) => `${column} = excluded.${column}`)
  .join(', ')

export const LIST_FEDERATION_ENTRIES = statement<EntryRow, { robotId: string }>(
  'list_federation_entries',
  `SELECT ${SELECTED_ENTRY} FROM federation_entry_rows e WHERE robot_id = $robotId::uuid ORDER BY position, id`,
)

/** In the order in which they were posted. */
export const listFederationEntries = async (db: DbOrTx, robotId: string): Promise<StoredEntry[]> =>
  (await rows(db, LIST_FEDERATION_ENTRIES, { robotId })).map(entryIn)

/** Replaces the list of a robot; entries that come with the id of a stored one keep their row. */
export async function replaceFederationEntries(tx: Tx, robotId: string, entries: StoredEntry[]) {
  const kept = entries.map(({ id }) => id)
  await tx.federationEntry.deleteMany({ where: { robotId, id: { notIn: kept } } })
  if (entries.length === 0) return
  const values = entries.map(
    (entry, position) => Prisma.sql`(${robotId}::uuid, ${position}::int,
      ${matchHash(entry.issuer, entry.subject)}, ${Prisma.join(columnValues(entry))})`,
  )
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO federation_entry_rows (robot_id, position, match_hash, ${Prisma.raw(columns)})
    VALUES ${Prisma.join(values)} ON CONFLICT (id) DO UPDATE SET ${Prisma.raw(REPLACE)}`)
}

const columnValues = (entry: StoredEntry) =>
  Object.entries(ENTRY_COLUMNS).map(([column, type]) => {
    const value = entry[column as keyof StoredEntry] ?? (type.endsWith('[]') ? [] : null)
    const written = type === 'json' && value !== null ? JSON.stringify(value) : value
    return Prisma.sql`${written}::${Prisma.raw(type)}`
  })

export interface FederatedRobot extends PolicyHolder {
  robotId: string
  robotName: string
  ownerId: string
  ownerName: string
}

// However many trust an identity, two are read, in the order of an index: PostgreSQL takes a CASE to hold for every other
// entry, where of the bare conditions it would expect so few that it sorts them all, and cannot begin a LATERAL with robots.
const FIND_FEDERATED_ROBOTS = statement<
  FederatedRobot,
  { matchHash: Uint8Array; audiences: string[] }
>(
  'find_federated_robots',
  `
    SELECT DISTINCT ON (e.robot_id) named.*
    FROM federation_entry_rows e CROSS JOIN LATERAL (
      SELECT r.id AS "robotId", r.name AS "robotName", n.id AS "ownerId", n.name AS "ownerName",
             n.robot_policy AS "robotPolicy"
      FROM robots r JOIN namespaces n ON n.id = r.namespace_id WHERE r.id = e.robot_id LIMIT 1) named
    WHERE e.match_hash = $matchHash
      AND CASE WHEN e.subject_match IS NULL AND e.claims IS NULL THEN true ELSE false END
      AND CASE WHEN cardinality(e.audiences) = 0 OR e.audiences && $audiences::text[] THEN true ELSE false END
    ORDER BY e.robot_id LIMIT 2`,
)

/**
 * Robots that an identity may act as, two at most: a caller only needs to know whether there is exactly one. By entries
 * with a pattern or claims no robot is found: whoever means it names it.
 *
 * @param audiences of the token, for entries that ask for one
 */
export function findFederatedRobots(
  db: DbOrTx,
  identity: { issuer: string; subject: string; audiences: string[] },
) {
  // A stored audience holds no NUL, and the database takes none.
  const audiences = identity.audiences.filter((audience) => !audience.includes('\0'))
  const { issuer, subject } = identity
  return rows(db, FIND_FEDERATED_ROBOTS, { matchHash: matchHash(issuer, subject), audiences })
}

/** How many entries admit tokens for any audience; counts no further than 10,000. */
export async function countEntriesForAnyAudience(db: Db): Promise<number> {
  const [found] = await db.$queryRaw<{ count: number }[]>(Prisma.sql`
    SELECT count(*)::int AS count FROM (
      SELECT FROM federation_entry_rows WHERE cardinality(audiences) = 0 LIMIT 10000) counted`)
  return found?.count ?? 0
}

/** What a robot token is bound to: a robot, and the entry that it came from, as that was then. */
export interface RobotTokenKey {
  robotId: string
  entryId: string
  version: number
  /** Of the organization's issuer record that the entry refers to; null where there was none. */
  revision: string | null
}

/** Whether `federation_entry_rows e` says what it said then, and so does its issuer record (`RobotTokenKey`). */
export const IS_ENTRY_STILL = `e.id = $entryId::uuid AND e.version = $version::int
     AND CASE WHEN e.issuer_ref IS NULL THEN true ELSE (
       SELECT i.revision FROM robots o JOIN issuer_records i ON i.organization_id = o.namespace_id AND i.name = e.issuer_ref
       WHERE o.id = e.robot_id) IS NOT DISTINCT FROM $revision::uuid END`

/** What robot tokens of an entry reach at most; undefined: all that the robot reaches. */
export interface EntryReach {
  reach: string[] | undefined
}

export const entryReach = (stored: string[]): EntryReach => ({
  reach: stored.length > 0 ? stored : undefined,
})

const FIND_FEDERATION_ENTRY = statement<{ reach: string[] }, RobotTokenKey>(
  'find_federation_entry',
  `SELECT e.registry_scopes AS reach FROM federation_entry_rows e
   WHERE e.robot_id = $robotId::uuid AND ${IS_ENTRY_STILL}`,
)

/**
 * What robot tokens of an entry of the robot reach at most, as long as it says what it said in this version, and so does the
 * issuer record.
 *
 * @returns undefined where it does not, or is gone
 */
export async function findEntryReach(
  db: DbOrTx,
  key: RobotTokenKey,
): Promise<EntryReach | undefined> {
  const [found] = await rows(db, FIND_FEDERATION_ENTRY, key)
  return found && entryReach(found.reach)
}
