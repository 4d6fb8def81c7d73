import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { quayRobots } from './program.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quay-robots-folders-'))
  symlinkSync('loop', join(folder, 'loop'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Everything but `serve`, `migrate` and `user create`. */
const COMMANDS = [
  ['user', 'password', 'ada'],
  ['user', 'enable', 'ada'],
  ['user', 'disable', 'ada'],
  ['org', 'create', 'acme', '--owner', 'ada'],
  ['token', 'create', '--user', 'ada', '--scope', 'repo:read'],
  ['token', 'revoke', 'x'],
  ['keys', 'rotate'],
  ['keys', 'export'],
  ['keys', 'reset', '--confirm'],
]

const noDatabase = (dataDir: string) => ({
  code: 3,
  stdout: '',
  stderr:
    `There is no database in DATA_DIR (${dataDir}). Name the folder of the one that is meant, or set ` +
    'DATABASE_URL. A new one is made by: npm run --silent cli -- serve\n',
})

describe('a folder without a database', () => {
  test.each(COMMANDS.map((args) => [args.join(' '), args] as const))(
    '%s makes none there',
    async (_, args) => {
      const dataDir = join(folder, 'slip')
      expect(await quayRobots({ DATA_DIR: dataDir }, [...args])).toEqual(noDatabase(dataDir))
      expect(existsSync(dataDir)).toBe(false)
    },
  )

  test('that exists, and holds something else', async () => {
    writeFileSync(join(folder, 'notes'), '')
    expect(await quayRobots({ DATA_DIR: folder }, ['keys', 'export'])).toEqual(noDatabase(folder))
    expect(readdirSync(folder).sort()).toEqual(['loop', 'notes'])
  })

  test('user create and migrate make one', async () => {
    const create = ['user', 'create', 'ada', '--email', 'ada@example.com', '--password-stdin']
    const made = { DATA_DIR: join(folder, 'deep', 'down') }
    expect(await quayRobots(made, create, 'correct-horse')).toMatchObject({ code: 0 })
    expect(await quayRobots(made, ['user', 'disable', 'ada'])).toMatchObject({ code: 0 })
    const migrated = { DATA_DIR: join(folder, 'migrated') }
    expect(await quayRobots(migrated, ['migrate'])).toMatchObject({ code: 0 })
    expect(await quayRobots(migrated, ['user', 'disable', 'ada'])).toMatchObject({ code: 4 })
  })
})

describe('a folder that cannot be used: which, and why', () => {
  const cannot = (dataDir: string, reason: string) => ({
    code: 3,
    stdout: '',
    stderr: `DATA_DIR (${dataDir}) cannot be used: ${reason}.\n`,
  })
  const FILE = 'there is a file where a folder should be'

  test.each([
    ['serve', ['serve']],
    ['migrate', ['migrate']],
    ['user create', ['user', 'create', 'ada', '--email', 'ada@example.com']],
  ])('%s', async (_, args) => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const below = join(file, 'below')
    const loop = join(folder, 'loop')
    const run = (dataDir: string) => quayRobots({ DATA_DIR: dataDir }, args)
    expect(await run(file)).toEqual(cannot(file, `${FILE} (ENOTDIR: ${file})`))
    expect(await run(below)).toEqual(cannot(below, `${FILE} (ENOTDIR: ${below})`))
    expect(await run(loop)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`DATA_DIR (${loop})`),
    })
    expect(await run('/proc/nowhere/data')).toEqual(
      cannot('/proc/nowhere/data', 'no folder can be made there (ENOENT: /proc/nowhere)'),
    )
  })

  test('with a file in place of the database', async () => {
    const dataDir = mkdtempSync(join(folder, 'half-'))
    writeFileSync(join(dataDir, 'pglite'), '')
    const reason = `${FILE} (ENOTDIR: ${join(dataDir, 'pglite')})`
    expect(await quayRobots({ DATA_DIR: dataDir }, ['serve'])).toEqual(cannot(dataDir, reason))
    expect(await quayRobots({ DATA_DIR: dataDir }, ['keys', 'export'])).toEqual(
      cannot(dataDir, reason),
    )
  })
})
