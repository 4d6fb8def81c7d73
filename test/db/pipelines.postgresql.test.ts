import assert from 'node:assert/strict'
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Database, openDatabase } from '../../src/db/client.ts'
import { lookUp, rows } from '../../src/db/statements.ts'
import { withTransaction } from '../../src/db/transactions.ts'
import type { Db } from '../../src/db/types.ts'
import { isUnavailable } from '../../src/db/unavailability.ts'
import type { EmptyDatabase } from '../helpers/postgres.ts'
import { engine } from './engines.ts'

// More at a time than look-ups may share connections, so that some have one of their own.
const NUMBERS = Array.from({ length: 50 }, (_, number) => number)

const THIS = lookUp<{ found: number }, { number: number }>('this', 'SELECT $number::int AS found')
const DIVIDED = lookUp<{ found: number }, { number: number }>(
  'divided',
  'SELECT 1 / ($number::int % 2) AS found',
)
const CHANGED = lookUp<{ a: unknown }>('changed_look_up', 'SELECT a FROM looked_up')
const SLEEPING = lookUp('sleeping', 'SELECT pg_sleep(7)')
const ENDED = lookUp('ended', 'SELECT pg_terminate_backend(pg_backend_pid())')

const findAll = (db: Db) => Promise.all(NUMBERS.map((number) => rows(db, THIS, { number })))

/** Connections that look-ups share, of four. */
const MOST_PIPELINES = 2

let empty: EmptyDatabase
let database: Database

beforeAll(async () => {
  empty = await engine.createEmpty()
  database = await openDatabase({ ...empty.options, poolSize: 4 })
}, 60_000)

afterAll(async () => {
  await database.close()
  await empty.drop()
})

test('look-ups at the same time get their own answers', async () => {
  for (let time = 0; time < 3; time++) {
    expect(await findAll(database.db)).toEqual(NUMBERS.map((found) => [{ found }]))
  }
})

test('those of one turn of the event loop go out together', async () => {
  const { db } = database
  await findAll(db)
  const writev = vi.spyOn(Socket.prototype, '_writev')
  const all: Promise<unknown>[] = []
  for (const number of NUMBERS.slice(0, 20)) {
    all.push(rows(db, THIS, { number }))
    await new Promise<void>((resolve) => process.nextTick(resolve))
  }
  await Promise.all(all)
  expect(writev.mock.calls.length).toBeLessThanOrEqual(MOST_PIPELINES)
  writev.mockRestore()
})

test('one that fails fails alone', async () => {
  const { db } = database
  for (let time = 0; time < 3; time++) {
    const all = await Promise.allSettled(
      NUMBERS.flatMap((number) => [rows(db, DIVIDED, { number }), rows(db, THIS, { number })]),
    )
    expect(all.map(({ status }) => status)).toEqual(
      NUMBERS.flatMap((number) => [number % 2 === 1 ? 'fulfilled' : 'rejected', 'fulfilled']),
    )
  }
  expect(await findAll(db)).toEqual(NUMBERS.map((found) => [{ found }]))
})

test('one whose values cannot be sent fails alone, wherever it comes', async () => {
  const { db } = database
  const asked = [0, 1, 2, 3].flatMap((part) => {
    const unsent = { toString: () => assert.fail('no text') } as unknown as number
    return part === 0 ? [unsent, ...NUMBERS] : [...NUMBERS, unsent]
  })
  const all = await Promise.allSettled(asked.map((number) => rows(db, THIS, { number })))
  expect(all.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.message))).toEqual(
    asked.map((number) => (typeof number === 'number' ? [{ found: number }] : 'no text')),
  )
})

test('all under way get over a change of a table', async () => {
  const { db } = database
  const findChanged = () => Promise.all(NUMBERS.map(() => rows(db, CHANGED, {})))
  await db.$executeRawUnsafe('CREATE TABLE looked_up AS SELECT 1 AS a')
  expect(await findChanged()).toEqual(NUMBERS.map(() => [{ a: 1 }]))
  await db.$executeRawUnsafe('ALTER TABLE looked_up ALTER a TYPE text')
  expect(await findChanged()).toEqual(NUMBERS.map(() => [{ a: '1' }]))
})

test('one that waits for a lock holds up those that came with it, and none that come later', async () => {
  const { db } = database
  await withTransaction(db, async (tx) => {
    await tx.$executeRawUnsafe('LOCK TABLE looked_up')
    const held = Promise.all(NUMBERS.slice(0, 4).map(() => rows(db, CHANGED, {})))
    await sleep(300)
    expect(await rows(db, THIS, { number: 5 })).toEqual([{ found: 5 }])
    return { held }
  }).then(async ({ held }) => expect(await held).toHaveLength(4))
})

test('those behind one that the server gives up end with it', async () => {
  const { db, poolUse } = database
  // The first on each connection; whoever has waited behind it is not made to wait on.
  const asleep = [0, 1].map(() => rows(db, SLEEPING, {}))
  const behind = NUMBERS.slice(0, 6).map((number) => rows(db, THIS, { number }))
  const all = [...asleep, ...behind].map((one) => (one as Promise<unknown>).catch(isUnavailable))
  await sleep(300)
  await db.$queryRaw`SELECT pg_cancel_backend(pid) FROM pg_stat_activity
                     WHERE datname = current_database() AND wait_event = 'PgSleep'`
  expect(await Promise.all(all)).toEqual(all.map(() => true))
  expect(poolUse().used).toBe(0)
})

test('look-ups that never cease leave a transaction its connection', async () => {
  const { db, close } = await openDatabase({ ...empty.options, poolSize: 2 })
  let isDone = false
  const lookingUp = NUMBERS.map(async (number) => {
    while (!isDone) await rows(db, THIS, { number })
  })
  const [written] = await withTransaction(db, (tx) => tx.$queryRaw<unknown[]>`SELECT 1 AS one`)
  isDone = true
  await Promise.all(lookingUp)
  expect(written).toEqual({ one: 1 })
  await close()
})

test('who shared a connection that has ended is told, and the next one gets another', async () => {
  const { db } = database
  const [ended, ...all] = await Promise.all(
    [rows(db, ENDED, {}), ...NUMBERS.slice(0, 9).map((number) => rows(db, THIS, { number }))].map(
      (found) => found.catch((error: unknown) => error),
    ),
  )
  expect(isUnavailable(ended)).toBe(true)
  expect(all.some(isUnavailable)).toBe(true)
  expect(all.every((one) => isUnavailable(one) || Array.isArray(one))).toBe(true)
  expect(await findAll(db)).toEqual(NUMBERS.map((found) => [{ found }]))
})
