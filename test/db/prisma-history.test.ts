import { PGlite } from '@electric-sql/pglite'
import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils'
import { describe, expect, test } from 'vitest'
import { createSchemaEngine } from '../../scripts/schema-engine.ts'
import { type Database, databaseOver } from '../../src/db/client.ts'
import type { Connections } from '../../src/db/connections.ts'
import { connectTo } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { type Migration, readMigrations } from '../../src/db/migrations-folder.ts'
import { openPostgres } from '../../src/db/postgres.ts'
import { createEmptyPostgres } from '../helpers/postgres.ts'
import { engine } from './engines.ts'

// Prisma's own engine, which applied the migrations of this package until November 2026, and what applies them now go on
// with each other's databases.

const migrations = await readMigrations()
const names = migrations.map(({ name }) => name)
const allButLast = migrations.slice(0, -1)

interface Stage {
  database: Database
  /** Applies with Prisma what is missing; answers the names. */
  prismaMigrate(migrations: readonly Migration[]): Promise<string[]>
  /** As `prisma migrate status` finds it. */
  prismaStatus(): Promise<unknown>
}

async function onEmptyDatabase(work: (stage: Stage) => Promise<void>): Promise<void> {
  const { connections, drop } = await openEmpty()
  const database = databaseOver(connections)
  const list = (migrations: readonly Migration[]) => ({
    migrationsList: {
      baseDir: 'prisma/migrations',
      lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
      shadowDbInitScript: '',
      migrationDirectories: migrations.map(({ name, sql }) => ({
        path: name,
        migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: sql } },
      })),
    },
    filters: { externalTables: [], externalEnums: [] },
  })
  const prisma = async () =>
    createSchemaEngine(withWholeScripts(await connections.adapterFactory.connect()))
  try {
    await work({
      database,
      prismaMigrate: async (migrations) => {
        const done = await (await prisma()).applyMigrations(list(migrations))
        // Its lock is the session's, which goes on.
        await database.db.$executeRaw`SELECT pg_advisory_unlock_all()`
        return done.appliedMigrationNames
      },
      prismaStatus: async () =>
        (await prisma()).diagnoseMigrationHistory({
          ...list(migrations),
          optInToShadowDatabase: false,
        }),
    })
  } finally {
    await database.close()
    await drop()
  }
}

async function openEmpty(): Promise<{ connections: Connections; drop(): Promise<void> }> {
  if (engine.name === 'pglite') {
    return { connections: connectTo(await PGlite.create()), drop: async () => {} }
  }
  const { options, drop } = await createEmptyPostgres(process.env.TEST_DATABASE_URL ?? '')
  const databaseUrl = options.databaseUrl ?? ''
  // One connection, so that there is one session to unlock.
  return { connections: openPostgres({ databaseUrl, poolSize: 1, onIdleError: () => {} }), drop }
}

/** The adapter's own executeScript cuts at every semicolon, even inside a string or a function. */
function withWholeScripts(connection: SqlDriverAdapter): SqlDriverAdapter {
  connection.executeScript = async (sql) => {
    await connection.executeRaw({ sql, args: [], argTypes: [] })
  }
  return connection
}

/** Rows, without what differs each time, and the columns, constraints and indexes of `_prisma_migrations`. */
async function historyOf({ db }: Database) {
  const rows = await db.$queryRaw`
    SELECT (to_jsonb(m) - 'id' - 'started_at' - 'finished_at')::text AS rest,
      id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' AS "isUuid", finished_at >= started_at AS "isFinished",
      abs(extract(epoch FROM clock_timestamp() - started_at)) < 600 AS "isNow"
    FROM _prisma_migrations m ORDER BY started_at`
  const columns = await db.$queryRaw`
    SELECT attname::text, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid) AS "default"
    FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attrelid = '_prisma_migrations'::regclass AND attnum > 0 ORDER BY attnum`
  const indexes = await db.$queryRaw`
    SELECT indexdef FROM pg_indexes WHERE tablename = '_prisma_migrations' ORDER BY 1`
  return { rows, columns, indexes }
}

const IN_ORDER = {
  editedMigrationNames: [],
  failedMigrationNames: [],
  hasMigrationsTable: true,
  history: null,
}

describe(engine.name, { timeout: 60_000 }, () => {
  test('keeps the history that Prisma keeps, column by column', async () => {
    let ofPrisma: unknown
    await onEmptyDatabase(async ({ database, prismaMigrate }) => {
      expect(await prismaMigrate(migrations)).toEqual(names)
      ofPrisma = await historyOf(database)
    })
    await onEmptyDatabase(async ({ database }) => {
      await migrate(database)
      const ours = await historyOf(database)
      expect(ours).toEqual(ofPrisma)
      expect(ours.rows).toHaveLength(names.length)
    })
  })

  test('goes on with a database of Prisma', async () => {
    await onEmptyDatabase(async ({ database, prismaMigrate, prismaStatus }) => {
      await prismaMigrate(allButLast)
      expect(await migrate(database)).toEqual(names.slice(-1))
      expect(await prismaStatus()).toEqual(IN_ORDER)
    })
  })

  test('applies what Prisma has begun, and somebody has said was rolled back', async () => {
    await onEmptyDatabase(async ({ database, prismaMigrate, prismaStatus }) => {
      await prismaMigrate(allButLast)
      await database.db.$executeRaw`
        INSERT INTO _prisma_migrations (id, checksum, migration_name, rolled_back_at)
        VALUES (gen_random_uuid(), 'of another text', ${names.at(-1)}, now())`
      expect(await migrate(database)).toEqual(names.slice(-1))
      expect(await prismaStatus()).toEqual(IN_ORDER)
    })
  })

  test('leaves a database that Prisma goes on with', async () => {
    await onEmptyDatabase(async ({ database, prismaMigrate, prismaStatus }) => {
      await migrate(database, { migrations: allButLast })
      expect(await prismaStatus()).toMatchObject({
        history: { diagnostic: 'databaseIsBehind', unappliedMigrationNames: names.slice(-1) },
      })
      expect(await prismaMigrate(migrations)).toEqual(names.slice(-1))
      expect(await migrate(database)).toEqual([])
      expect(await prismaStatus()).toEqual(IN_ORDER)
    })
  })
})
