import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connections } from '../../src/db/connections.ts'
import { openEmbedded } from '../../src/db/embedded.ts'
import { createEmptyPglite } from '../helpers/postgres.ts'

let empty: Awaited<ReturnType<typeof createEmptyPglite>>
let connections: Connections

beforeAll(async () => {
  empty = await createEmptyPglite()
  connections = await openEmbedded(empty.options.dataDir)
  // Longer than queries may follow each other without a turn.
  await connections.pool.query(`
    CREATE FUNCTION late(int) RETURNS int LANGUAGE plpgsql AS $$
    DECLARE until timestamptz := clock_timestamp() + '15 ms';
    BEGIN WHILE clock_timestamp() < until LOOP END LOOP; RETURN 1 / $1; END $$`)
})

afterAll(async () => {
  await connections.close()
  await empty.drop()
})

test('queries in a row let the event loop look at what else there is to do', async () => {
  const { pool } = connections
  let turns = 0
  let counting = setImmediate(function count() {
    turns += 1
    counting = setImmediate(count)
  })
  for (let n = 0; n < 10; n++) await pool.query('SELECT late(1)')
  clearImmediate(counting)
  expect(turns).toBeGreaterThan(5)
})

test('a query that fails late leaves the next one its own answer', async () => {
  const { pool } = connections
  for (let round = 0; round < 20; round++) {
    await expect(pool.query('SELECT late($1)', [0])).rejects.toThrow('division by zero')
    const { rows } = await pool.query('SELECT $1::int AS round', [round])
    expect(rows).toEqual([{ round }])
  }
})

test('each of many queries at once gets its own answer, whichever fail', async () => {
  const { pool } = connections
  const asked = Array.from({ length: 200 }, (_, i) => i)
  const answers = await Promise.allSettled(
    asked.map(async (i) => {
      const { rows } = await pool.query('SELECT $1::int AS i, 1 / $2 AS one', [i, i % 3])
      return rows
    }),
  )
  const expected = asked.map((i) =>
    i % 3 === 0
      ? { status: 'rejected', reason: expect.objectContaining({ code: '22012' }) }
      : { status: 'fulfilled', value: [{ i, one: i % 3 === 1 ? 1 : 0 }] },
  )
  expect(answers).toEqual(expected)
})
