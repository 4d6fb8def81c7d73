import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
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
  const { rows } = await pool.query(text)
  await close()
  return rows
}

describe('a database that could not be made to its end', () => {
  beforeEach(async () => {
    vi.spyOn(PGlite, 'create').mockRejectedValueOnce(new Error('killed'))
    await expect(openEmbedded(dataDir)).rejects.toThrow('killed')
  })

  test('is known for that', async () => {
    expect([existsSync(folder()), existsSync(mark())]).toEqual([true, true])
    await writeFile(join(folder(), 'PG_VERSION'), 'half')
    expect(holdsDatabase(dataDir)).toBe(false)
  })

  test('is made anew, whatever is left of it', async () => {
    await writeFile(join(folder(), 'PG_VERSION'), 'half')
    await writeFile(join(folder(), 'left'), '')
    expect(await answersOf('SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect([existsSync(mark()), holdsDatabase(dataDir)]).toEqual([false, true])
    expect(await readdir(folder())).not.toContain('left')
  })

  test('leaves the folder to the next one who opens it', async () => {
    const next = await openEmbedded(dataDir)
    await expect(openEmbedded(dataDir)).rejects.toThrow('is open in another')
    await next.close()
  })
})

test('a whole one is opened as it is, and not made anew', async () => {
  await answersOf('CREATE TABLE kept (); SELECT 1')
  expect(existsSync(mark())).toBe(false)
  expect(await answersOf("SELECT to_regclass('kept') IS NOT NULL AS kept")).toEqual([
    { kept: true },
  ])
})

test('one that could not be opened is left as it is', async () => {
  await answersOf('CREATE TABLE kept ()')
  vi.spyOn(PGlite, 'create').mockRejectedValueOnce(new Error('no memory'))
  await expect(openEmbedded(dataDir)).rejects.toThrow('no memory')
  expect(await answersOf("SELECT to_regclass('kept') IS NOT NULL AS kept")).toEqual([
    { kept: true },
  ])
})
