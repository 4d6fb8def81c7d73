import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { operationsOf, readDocument } from './document.ts'

const TEST = new URL('..', import.meta.url)

interface Row {
  id: string
  call: string
  tests: string[]
}

let rows: Row[]

beforeAll(async () => {
  const text = await readFile(new URL('../openapi/COVERAGE.md', TEST), 'utf8')
  rows = [...text.matchAll(/^\| `(\w+)` \| (\w+) `(\S+)` \| ([^|]+) \|/gm)].map(
    ([, id = '', method = '', path = '', tests = '']) => ({
      id,
      call: `${method.toLowerCase()} ${path}`,
      tests: tests.split(', '),
    }),
  )
})

describe('openapi/COVERAGE.md', () => {
  it('lists every operation once, by its name and call', async () => {
    const operations = operationsOf(await readDocument()).map(
      ({ path, method, operation }) =>
        [operation.operationId, `${method} ${path.replace('/api/v1', '')}`] as const,
    )
    expect(rows.map(({ id, call }) => [id, call]).sort()).toEqual(operations.sort())
  })

  it('names tests and recordings that exist', () => {
    const named = new Set(rows.flatMap(({ tests }) => tests))
    const missing = [...named].filter((name) => {
      const [, topic] = /^golden\/(.+)$/.exec(name) ?? []
      const file = topic ? `golden/transcripts/${topic}.json` : `${name}.test.ts`
      return !existsSync(new URL(file, TEST))
    })
    expect(named.size).toBeGreaterThan(0)
    expect(missing).toEqual([])
  })
})
