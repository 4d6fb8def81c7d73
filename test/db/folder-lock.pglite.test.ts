import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FolderInUseError, lockFolder } from '../../src/db/folder-lock.ts'
import { type Child, startChild } from './children/start.ts'

let root: string
let folder: string
const children: Child[] = []

function holdInChild(): Child {
  const child = startChild('hold-lock.ts', folder)
  children.push(child)
  return child
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lock-'))
  folder = join(root, 'pglite')
})

afterEach(async () => {
  for (const { process } of children.splice(0)) process.kill('SIGKILL')
  await rm(root, { recursive: true, force: true })
})

test('a second process is told which folder is in use and what to do', async () => {
  expect(await holdInChild().line()).toBe('locked')
  const message = await holdInChild().line()
  expect(message).toContain(
    `FolderInUseError: The embedded database in ${folder} is open in another`,
  )
  expect(message).toContain('DATABASE_URL')
})

test('kill -9 releases the lock', async () => {
  const first = holdInChild()
  expect(await first.line()).toBe('locked')
  await expect(lockFolder(folder)).rejects.toThrow(FolderInUseError)
  await first.kill9()
  const lock = await lockFolder(folder)
  await lock.release()
})

test('a process that is stopped, and so answers nothing, still has the lock', async () => {
  const first = holdInChild()
  expect(await first.line()).toBe('locked')
  first.process.kill('SIGSTOP')
  await expect(lockFolder(folder)).rejects.toThrow(FolderInUseError)
})

test('release gives the lock to the next one', async () => {
  for (let i = 0; i < 3; i++) await (await lockFolder(folder)).release()
})

test('the same process cannot take it twice', async () => {
  const lock = await lockFolder(folder)
  await expect(lockFolder(folder)).rejects.toThrow(FolderInUseError)
  await lock.release()
})

test('many that start at once over a dead lock: never two have it', {
  timeout: 60_000,
}, async () => {
  const dead = holdInChild()
  await dead.line()
  await dead.kill9()
  for (let round = 0; round < 8; round++) {
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)))
    const locks = results.filter((result) => result.status === 'fulfilled')
    expect(locks.length).toBeLessThanOrEqual(1)
    for (const { value } of locks) await value.release()
  }
  const lines = await Promise.all(Array.from({ length: 5 }, () => holdInChild().line()))
  expect(lines.filter((line) => line === 'locked').length).toBeLessThanOrEqual(1)
})

test('a path far beyond the length of a socket address works', async () => {
  folder = join(root, 'x'.repeat(120), 'y'.repeat(120), 'pglite')
  await mkdir(folder, { recursive: true })
  expect(await holdInChild().line()).toBe('locked')
  expect(await holdInChild().line()).toContain('FolderInUseError')
})
