import { beforeEach, expect, it } from 'vitest'
import type { Shared } from '../../src/domain/peers.ts'
import { shareOf } from '../../src/domain/shares.ts'
import { createSharedWork } from '../../src/workers/shared-work.ts'

let work: ReturnType<typeof createSharedWork<string>>
/** Who may do the work, or was given what came of it, in order. */
let taken: (string | [string, Shared])[]

beforeEach(() => {
  work = createSharedWork()
  taken = []
})

const want = (worker: string, since = 0) =>
  work.want('keys', {
    ...{ worker, since },
    take: (shared) => void taken.push(shared ? [worker, shared] : worker),
  })

it('lets one do it, and gives the others what came of it', () => {
  want('a')
  want('b')
  expect(taken).toEqual(['a'])
  const shared = { result: 1, at: 5 }
  work.done('keys', shared)
  want('c')
  expect(taken).toEqual(['a', ['b', shared], ['c', shared]])
})

it('has it done again for who has what came of it already', () => {
  want('a')
  work.done('keys', { result: 1, at: 5 })
  want('b', 5)
  expect(taken).toEqual(['a', 'b'])
})

it('lets the next one try where it failed, or where the one that was at it has died', () => {
  for (const worker of ['a', 'b', 'c', 'd']) want(worker)
  work.done('keys', undefined)
  expect(taken).toEqual(['a', 'b'])
  work.forget('c')
  work.forget('b')
  expect(taken).toEqual(['a', 'b', 'd'])
})

it('forgets what nobody did for longest, where too much is remembered', () => {
  const shared = (at: number) => ({ result: 1, at })
  for (let n = 0; n < 500; n++) work.done(`keys ${n}`, shared(5))
  work.done('keys 0', shared(6))
  work.done('keys', shared(5))
  const isKnown = (key: string) => {
    const given: unknown[] = []
    work.want(key, { worker: 'a', since: 0, take: (one) => void given.push(one) })
    return given[0] !== undefined
  }
  expect(['keys 0', 'keys 1', 'keys 2', 'keys'].map(isKnown)).toEqual([true, false, true, true])
})

it.each([
  [10, 3, [4, 3, 3]],
  [2, 3, [1, 1, 1]],
])('parts a limit of %i among %i, each of which gets something', (limit, of, parts) => {
  expect(parts.map((_, index) => shareOf(limit, { index, of }))).toEqual(parts)
})
