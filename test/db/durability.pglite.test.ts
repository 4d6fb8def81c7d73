import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/db/client.ts'
import { createEmptyFolder } from '../helpers/postgres.ts'
import { startChild } from './children/start.ts'

const ROUNDS = 3

test('PGlite: kill -9 while the folder is made for the first time', {
  timeout: 60_000,
}, async () => {
  const { options, drop } = await createEmptyFolder()
  for (const delay of [700, 1_500]) {
    const first = startChild('write-rows.ts', options.dataDir)
    await sleep(delay)
    await first.kill9()
  }
  const { db, close } = await openDatabase(options)
  expect(await db.$queryRaw`SELECT 1 AS one`).toEqual([{ one: 1 }])
  await close()
  await drop()
})

test('PGlite: kill -9 loses no acknowledged row and leaves no half transaction', {
  timeout: 90_000,
}, async () => {
  const { options, drop } = await createEmptyFolder()
  for (let round = 0; round < ROUNDS; round++) {
    const writer = startChild('write-rows.ts', options.dataDir)
    const acknowledged: string[] = []
    while (acknowledged.length < 600) acknowledged.push(...(await writer.line()).split(' '))
    await writer.kill9()

    const { db, close } = await openDatabase(options)
    const stored = new Set((await db.namespace.findMany()).map(({ name }) => name))
    expect(acknowledged.filter((name) => !stored.has(name))).toEqual([])
    for (const name of stored) expect(stored).toContain(name.replace(/-a$/, '-b'))
    await db.namespace.deleteMany()
    await close()
  }
  await drop()
})
