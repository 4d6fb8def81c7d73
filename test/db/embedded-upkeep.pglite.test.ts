import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openEmbedded } from '../../src/db/embedded.ts'
import { startUpkeep } from '../../src/db/embedded-upkeep.ts'
import { createEmptyPglite } from '../helpers/postgres.ts'

test('the embedded database gets statistics and checkpoints now and then', async () => {
  const { options, drop } = await createEmptyPglite()
  const { pool, close } = await openEmbedded(options.dataDir)
  const read = async () => {
    const { rows } = await pool.query(`
      SELECT (SELECT reltuples FROM pg_class WHERE relname = 'filled') AS rows, redo_lsn AS checkpoint
      FROM pg_control_checkpoint()`)
    return rows[0] as { rows: number; checkpoint: string }
  }
  await pool.query('CREATE TABLE filled AS SELECT generate_series(1, 1000) AS n')
  const before = await read()
  const stop = startUpkeep(pool, 20)
  while ((await read()).checkpoint === before.checkpoint) await sleep(5)
  stop()
  expect([before.rows, (await read()).rows]).toEqual([-1, 1000])
  await close()
  await drop()
})
