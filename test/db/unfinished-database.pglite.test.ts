import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openEmbedded } from '../../src/db/embedded.ts'
import { holdsDatabase } from '../../src/db/embedded-folder.ts'

// Half an embedded database, which a process that died while it made it has left, is never taken for a whole one.

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'unfinished-'))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(dataDir, { recursive: true, force: true })
})

const folder = () => join(dataDir, 'pglite')
const mark = () => `${folder()}.unfinished`

async function answersOf(text: string) {
  const { pool, close } = await openEmbedded(dataDir)
  const answer = await pool.query(text)
  await close()
  return answer.rows
}

const failOnce = (why: string) => vi.spyOn(PGlite, 'create').mockRejectedValueOnce(new Error(why))

test('a database that could not be made to its end is made anew, and a whole one never', async () => {
  failOnce('killed')
  await expect(openEmbedded(dataDir)).rejects.toThrow('killed')
  expect([existsSync(folder()), existsSync(mark())]).toEqual([true, true])
  await writeFile(join(folder(), 'PG_VERSION'), 'half')
  await writeFile(join(folder(), 'left'), '')
  expect(holdsDatabase(dataDir)).toBe(false)

  expect(await answersOf('CREATE TABLE kept ()')).toEqual([])
  expect([existsSync(mark()), holdsDatabase(dataDir)]).toEqual([false, true])
  expect(await readdir(folder())).not.toContain('left')

  failOnce('no memory')
  await expect(openEmbedded(dataDir)).rejects.toThrow('no memory')
  const isKept = "SELECT to_regclass('kept') IS NOT NULL AS kept"
  expect(await answersOf(isKept)).toEqual([{ kept: true }])
})
