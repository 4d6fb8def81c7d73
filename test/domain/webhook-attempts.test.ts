import { expect, it } from 'vitest'
import {
  isDelivered,
  LONGEST_ATTEMPT,
  later,
  nextAttempt,
  RETRY_FOR,
  TURN_OF_SERVER,
} from '../../src/domain/webhook-attempts.ts'

const NOW = new Date('2026-11-23T12:00:00Z')

it('waits three times as long after each attempt, and eight hours at most, for three days', () => {
  const retryUntil = later(NOW, RETRY_FOR)
  const pauses: number[] = []
  let now = NOW
  for (let next = nextAttempt(1, now, retryUntil); next; ) {
    pauses.push((next.getTime() - now.getTime()) / 1000)
    now = next
    next = nextAttempt(pauses.length + 1, now, retryUntil)
  }
  const growing = [30, 90, 270, 810, 2_430, 7_290, 21_870]
  expect(pauses).toEqual([...growing, ...Array(7).fill(28_800)])
})

it('gives up where the next attempt would come too late', () => {
  expect(nextAttempt(1, NOW, later(NOW, 30_000))).toBeUndefined()
  expect(nextAttempt(1, NOW, later(NOW, 30_001))).toEqual(later(NOW, 30_000))
})

it.each([
  [100, false],
  [199, false],
  [200, true],
  [299, true],
  [300, false],
  [404, false],
  [503, false],
])('takes %i for delivered: %s', (status, expected) => {
  expect(isDelivered(status)).toBe(expected)
})

it('leaves a server more time for its turn than an attempt may take', () => {
  expect(TURN_OF_SERVER).toBeGreaterThan(LONGEST_ATTEMPT)
})
