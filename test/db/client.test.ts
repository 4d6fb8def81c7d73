import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/db/client.ts'
import { uniqueViolation } from '../../src/db/driver-fault.ts'
import { migrate } from '../../src/db/migrate.ts'
import { rows, statement } from '../../src/db/statements.ts'
import { withTransaction } from '../../src/db/transactions.ts'
import type { Tx } from '../../src/db/types.ts'
import { isUnavailable } from '../../src/db/unavailability.ts'
import type { EmptyDatabase } from '../helpers/postgres.ts'
import { engine } from './engines.ts'

const TIME_ZONE = "SELECT current_setting('timezone') AS zone"

const namespace = (name: string) => ({
  id: randomUUID(),
  name,
  kind: 'organization' as const,
  createdAt: new Date('2026-07-01T12:34:56.789Z'),
})

test('an unreachable server is unavailable', async () => {
  const { db, close } = await openDatabase({
    databaseUrl: 'postgresql://nobody@127.0.0.1:1/none',
    dataDir: '',
  })
  const byModel = await db.namespace.count().catch((e: unknown) => e)
  const raw = await db.$queryRaw`SELECT 1`.catch((e: unknown) => e)
  const inside = await withTransaction(db, (tx) => tx.namespace.count()).catch((e: unknown) => e)
  const prepared = await rows(db, statement('one', 'SELECT 1'), {}).catch((e: unknown) => e)
  expect([byModel, raw, inside, prepared].map(isUnavailable)).toEqual([true, true, true, true])
  await close()
})

describe(engine.name, () => {
  let empty: EmptyDatabase
  let database: Database

  beforeAll(async () => {
    empty = await engine.createEmpty()
    database = await openDatabase(empty.options)
    await migrate(database)
  }, 60_000)

  afterAll(async () => {
    await database.close()
    await empty.drop()
  })

  const robot = (namespaceId: string, name: string) => ({
    id: randomUUID(),
    namespaceId,
    name,
    credentialId: randomUUID(),
    createdAt: new Date(),
  })

  test('tells its engine', () => expect(database.engine).toBe(engine.name))

  test('a statement is prepared anew after its table was changed', async () => {
    const one = { ...empty.options, poolSize: 1 }
    const { db, close } = engine.name === 'pglite' ? database : await openDatabase(one)
    const changed = statement<{ a: unknown }>('changed', 'SELECT a FROM changed')
    const other = statement<{ b: number }>('unchanged', 'SELECT 1 AS b')
    await db.$executeRawUnsafe('CREATE TABLE changed AS SELECT 1 AS a')
    expect(await rows(db, changed, {})).toEqual([{ a: 1 }])
    expect(await rows(db, other, {})).toEqual([{ b: 1 }])
    await db.$executeRawUnsafe('ALTER TABLE changed ALTER a TYPE text')
    expect(await rows(db, changed, {})).toEqual([{ a: '1' }])
    expect(await rows(db, other, {})).toEqual([{ b: 1 }])
    await db.$executeRawUnsafe('DEALLOCATE ALL')
    expect(await rows(db, changed, {})).toEqual([{ a: '1' }])
    if (engine.name === 'postgresql') await close()
  })

  test('all connections get over a change of a table', async () => {
    const { db, close } =
      engine.name === 'pglite' ? database : await openDatabase({ ...empty.options, poolSize: 4 })
    const outdated = statement('outdated', 'SELECT a, pg_sleep(0.02)::text AS slept FROM outdated')
    const ask = () => rows(db, outdated, {})
    const askOften = () => Promise.all(Array.from({ length: 12 }, ask))
    await db.$executeRawUnsafe('CREATE TABLE outdated AS SELECT 1 AS a')
    await askOften()
    await db.$executeRawUnsafe('ALTER TABLE outdated ALTER a TYPE text')
    const answer = [{ a: '1', slept: '' }]
    expect(await askOften()).toEqual(Array.from({ length: 12 }, () => answer))
    if (engine.name === 'postgresql') await close()
  })

  test('a statement gets over it on another connection than the one that refused it', async () => {
    const { db, close } =
      engine.name === 'pglite' ? database : await openDatabase({ ...empty.options, poolSize: 2 })
    await db.$executeRawUnsafe('CREATE TABLE refused AS SELECT 1 AS a')
    // One more than there are connections: what a connection refuses has to wait, and the next free one is another.
    const asks = [1, 2, 3].map((number) => {
      const text = `SELECT a, pg_sleep(0.02)::text AS slept, ${number} AS number FROM refused`
      const refused = statement(`refused_${number}`, text)
      return () => rows(db, refused, {})
    })
    for (const ask of asks) await Promise.all([ask(), ask()])
    await db.$executeRawUnsafe('ALTER TABLE refused ALTER a TYPE text')
    expect(await Promise.all(asks.map((ask) => ask()))).toEqual(
      [1, 2, 3].map((number) => [{ a: '1', slept: '', number }]),
    )
    if (engine.name === 'postgresql') await close()
  })

  test('a queue for connections that is too long is unavailable', { timeout: 20_000 }, async () => {
    const small =
      engine.name === 'pglite' ? database : await openDatabase({ ...empty.options, poolSize: 1 })
    expect(await small.db.namespace.count()).toBeTypeOf('number') // has loaded what queries need
    let begun = () => {}
    const isBegun = new Promise<void>((resolve) => {
      begun = resolve
    })
    const slow = withTransaction(small.db, () => {
      begun()
      return sleep(6_000)
    })
    await isBegun
    const waiting = [
      small.db.namespace.count(),
      withTransaction(small.db, (tx) => tx.robot.count()),
    ]
    const errors = await Promise.all(waiting.map((query) => query.catch((e: unknown) => e)))
    expect(errors.map(isUnavailable)).toEqual([true, true])
    await slow
    expect(await small.db.namespace.count()).toBeTypeOf('number')
    if (small !== database) await small.close()
  })

  test('names the unique index that was violated', async () => {
    const { db } = database
    const owner = await db.namespace.create({ data: namespace('unique') })
    await db.robot.create({ data: robot(owner.id, 'one') })

    const byModel = await db.robot.create({ data: robot(owner.id, 'one') }).catch((e: unknown) => e)
    expect(uniqueViolation(byModel)).toBe('robots_namespace_id_name_key')

    const again = () => db.$executeRaw`
      INSERT INTO namespaces (id, name, kind, created_at)
      VALUES (${randomUUID()}::uuid, 'unique', 'user', now())`
    expect(uniqueViolation(await again().catch((e: unknown) => e))).toBe('namespaces_name_key')

    const inside = withTransaction(db, (tx) => tx.namespace.create({ data: namespace('unique') }))
    expect(uniqueViolation(await inside.catch((e: unknown) => e))).toBe('namespaces_name_key')
  })

  test('tells a refused write from an unavailable database', async () => {
    const { db } = database
    const orphan = await db.robot
      .create({ data: robot(randomUUID(), 'x') })
      .catch((e: unknown) => e)
    expect(orphan).toBeInstanceOf(Error)
    expect(uniqueViolation(orphan)).toBeUndefined()
    expect(isUnavailable(orphan)).toBe(false)
    expect(isUnavailable(new Error('boom'))).toBe(false)
    expect(isUnavailable(undefined)).toBe(false)

    const readOnly = withTransaction(db, async (tx) => {
      await tx.$executeRaw`SET TRANSACTION READ ONLY`
      await tx.namespace.create({ data: namespace('never') })
    })
    expect(isUnavailable(await readOnly.catch((e: unknown) => e))).toBe(true)
  })

  test('rolls a failed transaction back', async () => {
    const { db } = database
    const work = withTransaction(db, async (tx) => {
      await tx.namespace.create({ data: namespace('undone') })
      throw new Error('changed my mind')
    })
    await expect(work).rejects.toThrow('changed my mind')
    expect(await db.namespace.count({ where: { name: 'undone' } })).toBe(0)
  })

  const CREATE = statement<{ id: string }, { id: string; name: string; at: Date }>(
    'test_create',
    `INSERT INTO namespaces (id, name, kind, created_at)
     VALUES ($id::uuid, $name, 'user', $at::timestamptz) RETURNING id, name`,
  )
  const created = (name: string) => ({ id: randomUUID(), name, at: new Date() })

  test('a prepared statement within a transaction is a part of it', async () => {
    const { db } = database
    const work = withTransaction(db, async (tx) => {
      await rows(tx, CREATE, created('part-of-it'))
      throw new Error('changed my mind')
    })
    await expect(work).rejects.toThrow('changed my mind')
    expect(await db.namespace.count({ where: { name: 'part-of-it' } })).toBe(0)
  })

  test('prepared statements fail as the others do, and go on afterwards', async () => {
    const { db } = database
    const values = created('prepared')
    expect(await rows(db, CREATE, values)).toEqual([{ id: values.id, name: 'prepared' }])
    const refused = await rows(db, CREATE, created('prepared')).catch((e: unknown) => e)
    expect(uniqueViolation(refused)).toBe('namespaces_name_key')
    const twice = await Promise.allSettled([
      rows(db, CREATE, { ...created('x'), id: 'no id' }),
      rows(db, statement('test_wrong', 'SELECT nothing'), {}),
    ])
    expect(twice.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await rows(db, CREATE, created('afterwards'))).toHaveLength(1)
  })

  test('prepared statements pass values on as they are', async () => {
    const at = new Date('2026-07-01T12:34:56.789Z')
    const list = ['a,b', '"c"', '', 'd\\e', 'é', '{}', 'NULL']
    const ECHO = statement(
      'test_echo',
      'SELECT $list::text[] AS list, $bytes::bytea AS bytes, $at::timestamptz AS at, $json::json AS json, $nothing::text AS nothing, $number::int AS number, $flag::bool AS flag',
    )
    const values = {
      ...{ list, bytes: Uint8Array.of(1, 0, 255), at, json: '{"a":[1]}', nothing: null },
      ...{ number: 7, flag: false },
    }
    const answer = { ...values, bytes: Buffer.of(1, 0, 255), json: { a: [1] } }
    expect(await rows(database.db, ECHO, values)).toEqual([answer])
    expect(await rows(database.db, ECHO, { ...values, list: [] })).toEqual([
      { ...answer, list: [] },
    ])
  })

  test('prepared statements take each value by its name, as often as it is named', async () => {
    const SUMS = statement<object, { one: number; two?: number }>(
      'test_sums',
      'SELECT $two::int + $one::int AS sum, $one::int * 10 AS ten',
    )
    const { db } = database
    expect(await rows(db, SUMS, { one: 1, two: 2 })).toEqual([{ sum: 3, ten: 10 }])
    const inside = await withTransaction(db, (tx) => rows(tx, SUMS, { two: 2, one: 1 }))
    expect(inside).toEqual([{ sum: 3, ten: 10 }])
    await expect(rows(db, SUMS, { one: 1 })).rejects.toThrow('no value for two of test_sums')
  })

  test('a COMMIT that fails is an error', async () => {
    const { db } = database
    await db.$executeRaw`CREATE TABLE late (
      id int PRIMARY KEY, next int REFERENCES late DEFERRABLE INITIALLY DEFERRED)`
    const work = withTransaction(db, (tx) => tx.$executeRaw`INSERT INTO late VALUES (1, 2)`)
    await expect(work).rejects.toThrow()
    await db.$executeRaw`DROP TABLE late`
  })

  test('runs an aborted transaction again, three times at most', async () => {
    let runs = 0
    const conflict = (times: number) =>
      withTransaction(database.db, async (tx) => {
        runs++
        if (runs <= times) {
          await tx.$executeRaw`DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$`
        }
        return runs
      })
    expect(await conflict(2)).toBe(3)
    runs = 0
    const error = await conflict(3).catch((e: unknown) => e)
    expect([isUnavailable(error), error, runs]).toEqual([true, expect.any(Error), 3])
  })

  test('a transaction that takes too long is unavailable', async () => {
    const work = async (tx: Tx) => {
      await sleep(200)
      return tx.namespace.count()
    }
    const late = database.db.$transaction(work, { timeout: 50 })
    const error = await late.catch((e: unknown) => e)
    expect([isUnavailable(error), error]).toEqual([true, expect.any(Error)])
  })

  test('many transactions at once', { timeout: 20_000 }, async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, (_, i) =>
        withTransaction(database.db, async (tx) => {
          await tx.namespace.create({ data: namespace(`many-${i}`) })
          if (i % 2 === 1) throw new Error('odd')
        }),
      ),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(20)
    expect(await database.db.namespace.count({ where: { name: { startsWith: 'many-' } } })).toBe(20)
  })

  test('every session is in UTC, whatever the time zone of the database', async () => {
    const { databaseUrl } = empty.options
    if (databaseUrl !== undefined) {
      const other = new pg.Client(databaseUrl)
      await other.connect()
      expect((await other.query(TIME_ZONE)).rows).toEqual([{ zone: 'Pacific/Chatham' }])
      await other.end()
    }
    const inUtc = [{ zone: 'UTC' }]
    expect(await database.db.$queryRawUnsafe(TIME_ZONE)).toEqual(inUtc)
    expect(await rows(database.db, statement('zone', TIME_ZONE), {})).toEqual(inUtc)
    const migrating = database.withMigrationConnection((client) => client.query(TIME_ZONE))
    expect((await migrating).rows).toEqual(inUtc)
  })

  test('timestamps, bytes, arrays and JSON come back as they went in', async () => {
    const { db } = database
    const owner = await db.namespace.create({ data: namespace('values') })
    expect(owner.createdAt.toISOString()).toBe('2026-07-01T12:34:56.789Z')
    const stored = await db.$queryRaw<{ at: string }[]>`
      SELECT to_char(created_at AT TIME ZONE 'UTC', 'HH24:MI:SS.MS') AS at FROM namespaces
      WHERE id = ${owner.id}::uuid`
    expect(stored).toEqual([{ at: '12:34:56.789' }])

    const metadata = { z: 1, a: ['é', null, "it's; fine"] }
    const created = await db.robot.create({
      data: { ...robot(owner.id, 'values'), unstructuredMetadata: metadata },
    })
    expect(created.unstructuredMetadata).toEqual(metadata)
    const secret = await db.robotSecret.create({
      data: {
        ...{ id: created.credentialId, robotId: created.id, createdAt: new Date() },
        ...{ sealKeyId: 'k', sealed: Uint8Array.of(1, 0, 255), digest: new Uint8Array() },
      },
    })
    expect(Array.from(secret.sealed)).toEqual([1, 0, 255])
    const entry = await db.federationEntry.create({
      data: {
        id: randomUUID(),
        robotId: created.id,
        position: 0,
        issuer: 'https://issuer.example',
        subject: 's',
        audiences: ['a,b', '"c"', ''],
        matchHash: new Uint8Array(32),
      },
    })
    expect(entry.audiences).toEqual(['a,b', '"c"', ''])
  })

  test('exactly one subject per membership and per permission', async () => {
    const { db } = database
    const owner = await db.namespace.create({ data: namespace('subjects') })
    const base = { id: randomUUID(), name: 'x', createdAt: new Date() }
    const team = await db.team.create({
      data: { ...base, organizationId: owner.id, role: 'member' },
    })
    await expect(
      db.teamMember.create({ data: { id: randomUUID(), teamId: team.id } }),
    ).rejects.toThrow('team_members_one_subject_check')
    const repository = await db.repository.create({
      data: { ...base, namespaceId: owner.id, visibility: 'private' },
    })
    await expect(
      db.repositoryPermission.create({
        data: {
          id: randomUUID(),
          repositoryId: repository.id,
          role: 'read',
          userId: owner.id,
          teamId: team.id,
        },
      }),
    ).rejects.toThrow('repository_permissions_one_subject_check')
  })
})
