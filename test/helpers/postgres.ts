import { createHash, randomUUID } from 'node:crypto'
import { cp, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Database, type DatabaseOptions, openDatabase } from '../../src/db/client.ts'
import { migrate } from '../../src/db/migrate.ts'
import { checksum, readMigrations } from '../../src/db/migrations-folder.ts'

// A database per test file: on the server at TEST_DATABASE_URL (a superuser's URL) when that is set, in
// a PGlite folder otherwise. Both are copies of a migrated template, made once per set of migrations.

export interface EmptyDatabase {
  options: DatabaseOptions
  drop(): Promise<void>
}

export interface TestDatabase extends EmptyDatabase {
  database: Database
  /** Empties every table. */
  reset(): Promise<void>
}

/** An open, migrated and otherwise empty database; `drop` closes it too. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const url = process.env.TEST_DATABASE_URL || undefined
  return url === undefined ? embedded() : openCopy(await copyDatabase(url))
}

async function openCopy({ options, drop }: EmptyDatabase): Promise<TestDatabase> {
  const database = await openDatabase(options)
  return {
    database,
    options,
    reset: () => emptyAll(database),
    drop: async () => {
      await database.close()
      await drop()
    },
  }
}

/** Embedded databases of this worker that are as good as new: to open one takes seconds. */
const idle: TestDatabase[] = []
const MAX_IDLE = 2

async function embedded(): Promise<TestDatabase> {
  const used = idle.pop()
  if (used) return used
  const made = await openCopy(await copyMigrated())
  const before = await fingerprint(made.database)
  const again: TestDatabase = {
    ...made,
    async drop() {
      const isLikeNew = await emptied(made.database, before).catch(() => false)
      const isClearedLater = process.env.TEST_FOLDERS !== undefined
      if (isLikeNew && isClearedLater && idle.length < MAX_IDLE) idle.push(again)
      else await made.drop()
    },
  }
  return again
}

/** Empties a database. @returns whether nothing else of it is other than it was */
async function emptied(database: Database, before: string): Promise<boolean> {
  await emptyAll(database)
  await database.db.$executeRawUnsafe('RESET ALL')
  return (await fingerprint(database)) === before
}

/** Of the schema, the history of migrations, and what is known of the rows. */
async function fingerprint({ db }: Database): Promise<string> {
  const [found] = await db.$queryRaw<{ fingerprint: string }[]>`
    SELECT md5(concat(
      (SELECT string_agg(concat(attrelid::regclass, a), ' ' ORDER BY attrelid, attnum) FROM pg_attribute a
        WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)),
      (SELECT string_agg(pg_get_constraintdef(oid), ' ' ORDER BY oid) FROM pg_constraint),
      (SELECT string_agg(pg_get_indexdef(indexrelid), ' ' ORDER BY indexrelid) FROM pg_index),
      (SELECT string_agg(concat(oid, tgenabled), ' ' ORDER BY oid) FROM pg_trigger),
      (SELECT string_agg(prosrc, ' ' ORDER BY oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
      (SELECT string_agg(definition, ' ' ORDER BY viewname) FROM pg_views WHERE schemaname = 'public'),
      (SELECT string_agg(m::text, ' ' ORDER BY id) FROM _prisma_migrations m),
      (SELECT count(*) FROM pg_statistic s JOIN pg_class c ON c.oid = s.starelid
        WHERE c.relnamespace = 'public'::regnamespace)
    )) AS fingerprint`
  return found?.fingerprint ?? ''
}

/** A database without tables on the PostgreSQL server at `url`. */
export async function createEmptyPostgres(url: string): Promise<EmptyDatabase> {
  return createPostgres(url, 'template1')
}

/** A data folder with a database without tables: copied, since PGlite takes seconds to make one. */
export async function createEmptyPglite(): Promise<EmptyDatabase> {
  return copyFolder('quay-robots-empty-template', async (options) => {
    const database = await openDatabase(options)
    await database.close()
  })
}

/** A data folder that does not hold a database yet. */
export async function createEmptyFolder(): Promise<EmptyDatabase> {
  const dataDir = await mkdtemp(join(process.env.TEST_FOLDERS ?? tmpdir(), 'quay-robots-test-'))
  return { options: { dataDir }, drop: () => rm(dataDir, { recursive: true, force: true }) }
}

async function copyMigrated(): Promise<EmptyDatabase> {
  return copyFolder(`quay-robots-template-${await migrationsKey()}`, migrateAndClose)
}

async function copyDatabase(url: string): Promise<EmptyDatabase> {
  const template = `quay_robots_template_${await migrationsKey()}`
  await withAdmin(url, async (admin) => {
    await admin.query('SELECT pg_advisory_lock(hashtext($1))', [template])
    const found = await admin.query('SELECT FROM pg_database WHERE datname = $1', [template])
    if (found.rowCount !== 0) return
    const { options } = await createEmptyPostgres(url)
    await migrateAndClose(options)
    const name = new URL(options.databaseUrl ?? '').pathname.slice(1)
    await admin.query(`ALTER DATABASE "${name}" RENAME TO "${template}"`)
  })
  return createPostgres(url, template)
}

async function createPostgres(url: string, template: string): Promise<EmptyDatabase> {
  const name = `quay_robots_test_${randomUUID().replaceAll('-', '')}`
  await withAdmin(url, async (admin) => {
    await admin.query(`CREATE DATABASE "${name}" TEMPLATE "${template}"`)
    // Far from UTC, by hours and minutes, with a summer time: sessions that do not say what they mean are found out.
    await admin.query(`ALTER DATABASE "${name}" SET timezone TO 'Pacific/Chatham'`)
  })
  const databaseUrl = new URL(url)
  databaseUrl.pathname = name
  return {
    options: { databaseUrl: databaseUrl.href, dataDir: tmpdir() },
    drop: () =>
      withAdmin(url, async (admin) => {
        await admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`)
      }),
  }
}

async function copyFolder(
  name: string,
  prepare: (options: DatabaseOptions) => Promise<void>,
): Promise<EmptyDatabase> {
  const template = join(tmpdir(), name)
  if (!(await exists(template))) {
    const { options } = await createEmptyFolder()
    await prepare(options)
    // Another worker may have been faster; then its template serves as well.
    await rename(options.dataDir, template).catch(() => rm(options.dataDir, { recursive: true }))
  }
  const copy = await createEmptyFolder()
  await cp(template, copy.options.dataDir, { recursive: true })
  return copy
}

async function migrateAndClose(options: DatabaseOptions): Promise<void> {
  const database = await openDatabase(options)
  await migrate(database)
  await database.close()
}

/** Largest table that is emptied row by row (bytes). */
const MAX_DELETED = 2 ** 18

/**
 * Row by row where there are few, which takes a tenth of what TRUNCATE does: that makes new files for all tables and
 * indexes. What is large, or known to the planner, becomes as new.
 */
const EMPTY_ALL = `
  DO $$
  DECLARE
    tables text[] := ARRAY(SELECT quote_ident(tablename) FROM pg_tables
      WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY tablename);
    name text;
  BEGIN
    -- Without foreign keys and triggers, in any order.
    SET LOCAL session_replication_role = replica;
    EXECUTE 'LOCK TABLE ' || array_to_string(tables, ', ');
    FOREACH name IN ARRAY tables LOOP
      IF pg_relation_size(name::regclass) > ${MAX_DELETED}
        OR EXISTS (SELECT FROM pg_class WHERE oid = name::regclass AND reltuples >= 0)
      THEN EXECUTE 'TRUNCATE ' || name || ' CASCADE';
      ELSE EXECUTE 'DELETE FROM ' || name;
      END IF;
    END LOOP;
  END $$`

async function emptyAll({ db }: Database): Promise<void> {
  await db.$executeRawUnsafe(EMPTY_ALL)
}

async function withAdmin<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client(url)
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.end()
  }
}

async function migrationsKey(): Promise<string> {
  const key = createHash('sha256')
  for (const migration of await readMigrations()) key.update(migration.name + checksum(migration))
  return key.digest('hex').slice(0, 16)
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
