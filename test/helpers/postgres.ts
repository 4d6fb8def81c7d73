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
  const { options, drop } = url === undefined ? await copyMigrated() : await copyDatabase(url)
  const database = await openDatabase(options)
  return {
    database,
    options,
    reset: () => truncateAll(database),
    drop: async () => {
      await database.close()
      await drop()
    },
  }
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
  const dataDir = await mkdtemp(join(tmpdir(), 'quay-robots-test-'))
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

async function truncateAll({ db }: Database): Promise<void> {
  const tables = await db.$queryRaw<{ name: string }[]>`
    SELECT quote_ident(tablename) AS name FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`
  await db.$executeRawUnsafe(`TRUNCATE ${tables.map(({ name }) => name).join(', ')} CASCADE`)
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
