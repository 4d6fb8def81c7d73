import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { checksum, type Migration } from './migrations-folder.ts'

export class MigrationError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'MigrationError'
  }
}

const HISTORY = '_prisma_migrations'

/** Column for column what Prisma makes. */
const CREATE_HISTORY = `CREATE TABLE ${HISTORY} (
  id                  VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum            VARCHAR(64) NOT NULL,
  finished_at         TIMESTAMPTZ,
  migration_name      VARCHAR(255) NOT NULL,
  logs                TEXT,
  rolled_back_at      TIMESTAMPTZ,
  started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`

/** A row of `_prisma_migrations` that was not rolled back. */
interface RecordedMigration {
  name: string
  checksum: string
  finished: boolean
}

/** Oldest first; empty where no migration has run yet. */
export async function readHistory(client: pg.ClientBase): Promise<RecordedMigration[]> {
  // Not to_regclass: it may answer from the session's cache, from before we waited for the lock.
  if (!(await tablesOf(client)).includes(HISTORY)) return []
  const { rows } = await client.query<RecordedMigration>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished FROM ${HISTORY}
     WHERE rolled_back_at IS NULL ORDER BY started_at`,
  )
  return rows
}

/** @throws {MigrationError} when the history is not a part of `migrations` */
export function pendingMigrations(
  migrations: readonly Migration[],
  history: readonly RecordedMigration[],
): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const recorded of history) {
    const migration = known.get(recorded.name)
    if (migration === undefined) {
      throw new MigrationError(
        `The database holds the migration ${recorded.name}, which this version does not know: a newer ` +
          'version has run on it. Start that version, or restore a backup made before it.',
      )
    }
    if (!recorded.finished) {
      throw new MigrationError(
        `The migration ${recorded.name} was begun by another tool and not finished. Repair the ` +
          'database, then record the outcome with `npx prisma migrate resolve`, where Prisma is installed.',
      )
    }
    if (recorded.checksum !== checksum(migration)) {
      throw new MigrationError(
        `The migration ${recorded.name} was edited after the database had it: its checksum differs. ` +
          'Put its file back as released, and make changes in a new migration.',
      )
    }
  }
  const applied = new Set(history.map(({ name }) => name))
  return migrations.filter(({ name }) => !applied.has(name))
}

/**
 * Makes `_prisma_migrations` where it is missing, as Prisma does, so that Prisma's tools go on from here.
 *
 * @throws {MigrationError} when there are tables of somebody else
 */
export async function beginHistory(client: pg.ClientBase): Promise<void> {
  const tables = await tablesOf(client)
  if (tables.includes(HISTORY)) return
  if (tables.length > 0) {
    throw new MigrationError(
      `The database holds tables that are not of this service, such as ${tables[0]}. ` +
        'Name one in DATABASE_URL that is empty, or holds what this service made.',
    )
  }
  await client.query(CREATE_HISTORY).catch((error: Error) => {
    throw new MigrationError(`The table ${HISTORY} cannot be made: ${error.message}`, error)
  })
}

/** Applies one within the caller's transaction, and records it as Prisma does. */
export async function applyMigration(client: pg.ClientBase, migration: Migration): Promise<void> {
  const id = randomUUID()
  // Not now(), which is the same for all of a transaction: the history is read in the order of its times.
  await client.query(
    `INSERT INTO ${HISTORY} (id, checksum, migration_name, started_at)
     VALUES ($1, $2, $3, clock_timestamp())`,
    [id, checksum(migration), migration.name],
  )
  await client.query(migration.sql)
  await client.query(
    `UPDATE ${HISTORY} SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1`,
    [id],
  )
}

async function tablesOf(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()',
  )
  return rows.map(({ name }) => name)
}
