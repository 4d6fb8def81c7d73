import { beforeEach, describe, expect, it } from 'vitest'
import { createWindows } from '../../src/domain/time-windows.ts'

let now: number
let windows: ReturnType<typeof createWindows>
beforeEach(() => {
  now = 1_000_000
  windows = createWindows({ clock: () => new Date(now), windowMs: 10_000, maxKeys: 2 })
})

describe('a window', () => {
  it('counts by key', () => {
    expect(windows.count('a')).toBe(0)
    expect(windows.add('a')).toEqual({ count: 1, last: 0 })
    expect(windows.add('a')).toEqual({ count: 2, last: 0 })
    windows.add('b')
    expect([windows.count('a'), windows.count('b')]).toEqual([2, 1])
  })

  it('begins with its first count, and the next one tells what that of before came to', () => {
    windows.add('a')
    now += 9_999
    expect(windows.add('a')).toEqual({ count: 2, last: 0 })
    now += 1
    expect(windows.count('a')).toBe(0)
    expect(windows.add('a')).toEqual({ count: 1, last: 2 })
    now += 9_999
    expect(windows.count('a')).toBe(1)
  })

  it('says in whole seconds when it ends, one at least', () => {
    windows.add('a')
    expect(windows.secondsLeft('a')).toBe(10)
    now += 1
    expect(windows.secondsLeft('a')).toBe(10)
    now += 999
    expect(windows.secondsLeft('a')).toBe(9)
    now += 8_999
    expect(windows.secondsLeft('a')).toBe(1)
    now += 1_000
    expect([windows.secondsLeft('a'), windows.secondsLeft('never')]).toEqual([1, 1])
  })

  it('takes a count back, while it is open', () => {
    windows.subtract('a')
    expect(windows.count('a')).toBe(0)
    windows.add('a')
    windows.add('a')
    windows.subtract('a')
    expect(windows.count('a')).toBe(1)
    now += 10_000
    windows.subtract('a')
    expect(windows.add('a')).toEqual({ count: 1, last: 1 })
  })
})

it('forgets the key counted first where there are too many', () => {
  windows.add('a')
  windows.add('b')
  windows.add('a')
  windows.add('c')
  expect(['a', 'b', 'c'].map(windows.count)).toEqual([0, 1, 1])
})

it('forgets no other key for one that begins anew', () => {
  windows.add('a')
  windows.add('b')
  now += 10_000
  windows.add('b')
  expect(windows.add('a')).toEqual({ count: 1, last: 1 })
  windows.add('c')
  expect(['a', 'b', 'c'].map(windows.count)).toEqual([1, 0, 1])
})

it('forgets a key when told to', () => {
  expect(windows.isEmpty()).toBe(true)
  windows.add('a')
  expect(windows.isEmpty()).toBe(false)
  windows.forget('a')
  expect([windows.count('a'), windows.isEmpty()]).toEqual([0, true])
})
