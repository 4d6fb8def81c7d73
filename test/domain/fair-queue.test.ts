import { expect, it } from 'vitest'
import { createFairQueue } from '../../src/domain/fair-queue.ts'

function turnsOf(tasks: string[]) {
  const turns = createFairQueue<string>()
  for (const task of tasks) turns.add(task.charAt(0), task)
  return turns
}

it('gives each party its turn, and of one party the first task first', () => {
  const turns = turnsOf(['a1', 'a2', 'a3', 'b1', 'c1', 'c2'])
  const order = Array.from({ length: 7 }, () => turns.next())
  expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3', undefined])
})

it('puts a party last that comes back', () => {
  const turns = turnsOf(['a1', 'b1'])
  turns.next()
  turns.add('a', 'a2')
  expect([turns.next(), turns.next(), turns.next()]).toEqual(['b1', 'a2', undefined])
})

it('counts what waits of a party', () => {
  const turns = turnsOf(['a1', 'a2', 'b1'])
  expect(['a', 'b', 'c'].map(turns.count)).toEqual([2, 1, 0])
  turns.next()
  turns.next()
  expect(['a', 'b', 'c'].map(turns.count)).toEqual([1, 0, 0])
})

it('drops the last task of the party that has most, where that is more than so many', () => {
  const turns = turnsOf(['a1', 'b1', 'b2', 'b3', 'c1', 'c2'])
  expect(turns.dropLast(3)).toBeUndefined()
  expect(turns.dropLast(2)).toBe('b3')
  expect(turns.dropLast(2)).toBeUndefined()
  expect(turns.dropLast(1)).toBe('b2')
  expect([turns.next(), turns.next(), turns.next(), turns.next()]).toEqual(['a1', 'b1', 'c1', 'c2'])
})

it('forgets a party whose only task it drops', () => {
  const turns = turnsOf(['a1', 'b1'])
  expect(turns.dropLast(0)).toBe('a1')
  expect([turns.next(), turns.next(), turns.count('a')]).toEqual(['b1', undefined, 0])
  expect(turns.dropLast(0)).toBeUndefined()
})
