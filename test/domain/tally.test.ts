import { expect, it } from 'vitest'
import { createTally } from '../../src/domain/tally.ts'

it('counts up and down by key', () => {
  const tally = createTally()
  tally.add('a', 1)
  tally.add('a', 1)
  tally.add('b', 1)
  expect(['a', 'b', 'c'].map(tally.count)).toEqual([2, 1, 0])
  tally.add('a', -1)
  tally.add('b', -1)
  expect(['a', 'b'].map(tally.count)).toEqual([1, 0])
  tally.add('b', 1)
  expect(tally.count('b')).toBe(1)
})
