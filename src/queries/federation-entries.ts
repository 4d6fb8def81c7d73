import { rows, statement } from '../db/statements.ts'
import type { DbOrTx, Tx } from '../db/types.ts'
import { matchHash, type StoredEntry } from '../domain/federation-entry.ts'
import { Prisma } from '../generated/prisma/client.ts'

/** A column for each key. */
const COLUMNS: Record<keyof StoredEntry, string> = {
  id: 'uuid',
  version: 'int',
  issuer: 'text',
  issuer_ref: 'text',
  subject: 'text',
  subject_match: 'text',
  audiences: 'text[]',
  claims: 'json',
  max_token_age: 'int',
  single_use: 'boolean',
  expires_in: 'int',
  registry_scopes: 'text[]',
  description: 'text',
}

const columns = Object.keys(COLUMNS).join(', ')

const REPLACE = ['position', 'match_hash', ...Object.keys(COLUMNS)]
  .map((column) => `${column} = excluded.${column}`)
  .join(', ')

export const LIST_FEDERATION_ENTRIES = statement<Required<StoredEntry>, { robotId: string }>(
  'list_federation_entries',
  `SELECT ${columns} FROM federation_entry_rows WHERE robot_id = $robotId::uuid ORDER BY position`,
)

/** In the order in which they were posted. */
export const listFederationEntries = async (db: DbOrTx, robotId: string): Promise<StoredEntry[]> =>
  (await rows(db, LIST_FEDERATION_ENTRIES, { robotId })).map(withoutEmptyColumns)

/** A key that an entry does not have is a column with NULL, or an empty list. */
function withoutEmptyColumns(row: Record<keyof StoredEntry, unknown>) {
  const isThere = (value: unknown) =>
    value !== null && !(Array.isArray(value) && value.length === 0)
  return Object.fromEntries(
    Object.entries(row).filter(([, value]) => isThere(value)),
  ) as unknown as StoredEntry
}

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
  Object.entries(COLUMNS).map(([column, type]) => {
    const value = entry[column as keyof StoredEntry] ?? (type.endsWith('[]') ? [] : null)
    const written = type === 'json' && value !== null ? JSON.stringify(value) : value
    return Prisma.sql`${written}::${Prisma.raw(type)}`
  })

interface FederatedRobot {
  robotId: string
  robotName: string
  ownerName: string
}

const FIND_FEDERATED_ROBOTS = statement<
  FederatedRobot,
  { matchHash: Uint8Array; audiences: string[] }
>(
  'find_federated_robots',
  `
    SELECT DISTINCT ON (e.robot_id) r.id AS "robotId", r.name AS "robotName", n.name AS "ownerName"
    FROM federation_entry_rows e
    JOIN robots r ON r.id = e.robot_id JOIN namespaces n ON n.id = r.namespace_id
    WHERE e.match_hash = $matchHash
      AND (cardinality(e.audiences) = 0 OR e.audiences && $audiences::text[])
      AND e.subject_match IS NULL AND e.claims IS NULL
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

/**
 * Gives new versions to the entries of an organization's robots that refer to an issuer record, so that the robot tokens
 * which came from them end. Whoever replaces the entries of one of the robots waits, and then finds them new.
 */
export async function renewEntriesOf(tx: Tx, organizationId: string, record: string) {
  await tx.$executeRaw(Prisma.sql`
    WITH referring AS (
      SELECT r.id FROM robots r
      WHERE r.namespace_id = ${organizationId}::uuid AND EXISTS (
        SELECT 1 FROM federation_entry_rows e WHERE e.robot_id = r.id AND e.issuer_ref = ${record})
      ORDER BY r.id FOR UPDATE OF r)
    UPDATE federation_entry_rows e SET version = e.version + 1 FROM referring
    WHERE e.robot_id = referring.id AND e.issuer_ref = ${record}`)
}

type EntryKey = Pick<StoredEntry, 'id' | 'version'>

export const FIND_FEDERATION_ENTRY = statement<{ reach: string[] }, EntryKey & { robotId: string }>(
  'find_federation_entry',
  `SELECT registry_scopes AS reach FROM federation_entry_rows
   WHERE id = $id::uuid AND robot_id = $robotId::uuid AND version = $version::int`,
)

/**
 * What robot tokens of an entry of the robot reach at most, as long as it says what it said in this version.
 *
 * @returns undefined where it does not, or is gone; with an undefined `reach`: all that the robot reaches
 */
export async function findEntryReach(db: DbOrTx, robotId: string, { id, version }: EntryKey) {
  const [found] = await rows(db, FIND_FEDERATION_ENTRY, { id, robotId, version })
  return found && { reach: found.reach.length > 0 ? found.reach : undefined }
}
