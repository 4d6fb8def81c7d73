import { expect, test } from 'vitest'
import { openEmbedded } from '../../src/db/embedded.ts'
import { createEmptyPglite } from '../helpers/postgres.ts'

test('queries in a row let the event loop look at what else there is to do', async () => {
  const { options, drop } = await createEmptyPglite()
  const { pool, close } = await openEmbedded(options.dataDir)
  await pool.query('SELECT 1')
  let turns = 0
  let counting = setImmediate(function count() {
    turns += 1
    counting = setImmediate(count)
  })
  const begun = performance.now()
  while (performance.now() - begun < 300) await pool.query('SELECT 1')
  clearImmediate(counting)
  expect(turns).toBeGreaterThan(5)
  await close()
  await drop()
})
