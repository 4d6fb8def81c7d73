import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Database, openDatabase } from '../../src/db/client.ts'
import { migrate } from '../../src/db/migrate.ts'
import { checksum, readMigrations } from '../../src/db/migrations-folder.ts'
import type { EmptyDatabase } from '../helpers/postgres.ts'
import { startChild } from './children/start.ts'
import { engine } from './engines.ts'

const one = { name: '20260101000000_one', sql: "CREATE TABLE one (a text DEFAULT 'x;y');\n" }
const two = { name: '20260102000000_two', sql: 'CREATE TABLE two (a int); CREATE TABLE three ();' }
const three = { name: '20260103000000_three', sql: 'DROP TABLE three;' }
const bad = { name: '20260102000000_bad', sql: 'CREATE TABLE two (a int); SELECT 1/0;' }

describe(engine.name, () => {
  let empty: EmptyDatabase
  let database: Database

  beforeEach(async () => {
    empty = await engine.createEmpty()
    database = await openDatabase(empty.options)
  }, 60_000)

  afterEach(async () => {
    await database.close()
    await empty.drop()
  })

  const recorded = () => database.db.$queryRaw<Record<string, unknown>[]>`
    SELECT migration_name, checksum, applied_steps_count, logs, rolled_back_at,
           finished_at >= started_at AS finished, abs(extract(epoch from now() - started_at)) < 60 AS now
    FROM _prisma_migrations ORDER BY migration_name`

  const tables = async () => {
    const rows = await database.db.$queryRaw<{ name: string }[]>`
      SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`
    return rows.map(({ name }) => name).filter((name) => name !== '_prisma_migrations')
  }

  test('applies the migrations of this package once and records them as Prisma does', async () => {
    const migrations = await readMigrations()
    expect(await migrate(database)).toEqual(migrations.map(({ name }) => name))
    expect(await migrate(database)).toEqual([])
    expect(await tables()).toContain('robots')
    expect(await recorded()).toEqual(
      migrations.map((migration) => ({
        migration_name: migration.name,
        checksum: checksum(migration),
        applied_steps_count: 1,
        logs: null,
        rolled_back_at: null,
        finished: true,
        now: true,
      })),
    )
  })

  test('leaves nothing behind that keeps the process running', async () => {
    const timers = () =>
      process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const other = await engine.createEmpty()
    const opened = await openDatabase(other.options)
    const before = timers()
    await migrate(opened)
    await opened.close()
    expect(timers()).toBeLessThanOrEqual(before)
    await other.drop()
  })

  test('applies what is new, in order', async () => {
    await migrate(database, { migrations: [one] })
    expect(await migrate(database, { migrations: [one, two] })).toEqual([two.name])
    expect(await tables()).toEqual(['one', 'three', 'two'])
  })

  test('a failed migration is named, undone, and tried again at the next start', async () => {
    await migrate(database, { migrations: [one] })
    const failing = migrate(database, { migrations: [one, bad] })
    await expect(failing).rejects.toThrow(`Migration ${bad.name} failed`)
    await expect(failing).rejects.toThrow('division by zero')
    expect(await tables()).toEqual(['one'])
    expect(await recorded()).toHaveLength(1)
    expect(await migrate(database, { migrations: [one, { ...bad, sql: two.sql }] })).toHaveLength(1)
  })

  test('of a new database, a failed migration undoes those before it too', async () => {
    const failing = migrate(database, { migrations: [one, bad, three] })
    await expect(failing).rejects.toThrow(`Migration ${bad.name} failed`)
    expect(await tables()).toEqual([])
    expect(await migrate(database, { migrations: [one, two, three] })).toHaveLength(3)
  })

  test('says so when it cannot keep its history', async () => {
    await database.db.$executeRawUnsafe('CREATE VIEW _prisma_migrations AS SELECT 1 AS id')
    await expect(migrate(database, { migrations: [one] })).rejects.toThrow(
      /^The table _prisma_migrations cannot be made: .* exists$/,
    )
    expect(await tables()).toEqual([])
  })

  test('touches no database with the tables of somebody else', async () => {
    await database.db.$executeRawUnsafe('CREATE TABLE invoices (id int)')
    await expect(migrate(database, { migrations: [one] })).rejects.toThrow(
      'The database holds tables that are not of this service, such as invoices.',
    )
    expect(await tables()).toEqual(['invoices'])
  })

  test('refuses a database that a newer version has migrated', async () => {
    await migrate(database, { migrations: [one, two] })
    await expect(migrate(database, { migrations: [one] })).rejects.toThrow(
      `holds the migration ${two.name}, which this version does not know`,
    )
  })

  test('refuses a migration that was edited since', async () => {
    await migrate(database, { migrations: [one] })
    const edited = { ...one, sql: `${one.sql}-- more` }
    await expect(migrate(database, { migrations: [edited, two] })).rejects.toThrow(
      `${one.name} was edited`,
    )
  })

  test('refuses one that another tool left unfinished', async () => {
    await migrate(database, { migrations: [one] })
    await database.db.$executeRaw`UPDATE _prisma_migrations SET finished_at = NULL`
    await expect(migrate(database, { migrations: [one] })).rejects.toThrow('not finished')
  })

  // PGlite is open in one process only.
  if (engine.name === 'postgresql') {
    test('processes that start at once apply each once', {
      timeout: 30_000,
    }, async () => {
      const children = Array.from({ length: 4 }, () =>
        startChild('migrate-once.ts', empty.options.databaseUrl ?? ''),
      )
      const inProcess = Array.from({ length: 4 }, async () => {
        const other = await openDatabase(empty.options)
        const applied = await migrate(other)
        await other.close()
        return applied.length
      })
      const counts = await Promise.all([
        ...inProcess,
        ...children.map(async ({ line }) => Number(await line())),
      ])
      const { length } = await readMigrations()
      expect(counts.reduce((sum, count) => sum + count)).toBe(length)
      expect(await recorded()).toHaveLength(length)
    })

    const sleeper = async () => {
      const [row] = await database.db.$queryRaw<{ pid: number }[]>`
        SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`
      if (row === undefined) throw new Error('nobody sleeps')
      return row.pid
    }

    test('of a server that dies on the way nothing remains, and the next one goes on', async () => {
      await migrate(database, { migrations: [one] })
      const endless = { ...two, sql: `${two.sql} SELECT pg_sleep(60)` }
      const died = expect(migrate(database, { migrations: [one, endless] })).rejects.toThrow(
        `Migration ${two.name} failed and was undone`,
      )
      const pid = await vi.waitFor(sleeper, { timeout: 20_000 })
      const next = migrate(database, { migrations: [one, two] })
      await database.db.$executeRaw`SELECT pg_terminate_backend(${pid}::int)`
      await died
      expect(await next).toEqual([two.name])
      expect(await tables()).toEqual(['one', 'three', 'two'])
      expect(await recorded()).toHaveLength(2)
    })

    test('waits for the lock only so long', async () => {
      await database.db.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(72707369)`
        await expect(migrate(database, { migrations: [one], lockTimeout: 100 })).rejects.toThrow(
          'has held the migration lock of the database for 0.1 s',
        )
      })
      expect(await migrate(database, { migrations: [one] })).toHaveLength(1)
    })
  }
})
