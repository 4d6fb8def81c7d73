import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadOrCreateSecretKey } from '../../src/crypto/secret-key-file.ts'

let parent: string
let dataDir: string
let path: string

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'secret-key-'))
  dataDir = join(parent, 'new', 'data')
  path = join(dataDir, 'secret.key')
})
afterEach(() => rmSync(parent, { recursive: true }))

it('makes folder and key for the owner alone, and finds the key again', () => {
  const key = loadOrCreateSecretKey(dataDir, randomBytes)
  expect(key).toHaveLength(32)
  expect(readFileSync(path, 'utf8')).toBe(`${key.toString('base64')}\n`)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  expect(readdirSync(dataDir)).toEqual(['secret.key'])
  expect(loadOrCreateSecretKey(dataDir, randomBytes)).toEqual(key)
})

it.each([0o640, 0o604, 0o660])('refuses a file of mode %o', (mode) => {
  loadOrCreateSecretKey(dataDir, randomBytes)
  chmodSync(path, mode)
  expect(() => loadOrCreateSecretKey(dataDir, randomBytes)).toThrow('can be read by other users')
})

it.each(['', 'secret', `${Buffer.alloc(32).toString('base64')}\n`])(
  'refuses the content %j',
  (text) => {
    loadOrCreateSecretKey(dataDir, randomBytes)
    writeFileSync(path, text)
    expect(() => loadOrCreateSecretKey(dataDir, randomBytes)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(`no good secret key in ${path}: `),
        cause: expect.any(Error),
      }),
    )
    expect(readFileSync(path, 'utf8')).toBe(text)
  },
)

it('returns the key of another process that was faster', () => {
  let other: Buffer | undefined
  const interrupted = (size: number) => {
    if (size === 32) other = loadOrCreateSecretKey(dataDir, randomBytes)
    return randomBytes(size)
  }
  expect(loadOrCreateSecretKey(dataDir, interrupted)).toEqual(other)
  expect(readdirSync(dataDir)).toEqual(['secret.key'])
})

it('gives racing processes one key', { timeout: 30_000 }, async () => {
  const script = `
    import { randomBytes } from 'node:crypto'
    import { loadOrCreateSecretKey } from ${JSON.stringify(join(import.meta.dirname, '../../src/crypto/secret-key-file.ts'))}
    console.log(loadOrCreateSecretKey(${JSON.stringify(dataDir)}, randomBytes).toString('base64'))`
  const start = () =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script])
  const outputs = await Promise.all([start(), start(), start(), start()])
  expect(new Set(outputs.map(({ stdout }) => stdout)).size).toBe(1)
  expect(readdirSync(dataDir)).toEqual(['secret.key'])
})
