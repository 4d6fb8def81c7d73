import { beforeEach, expect, it } from 'vitest'
import { createKnownPlaces } from '../../src/domain/known-login-places.ts'

const DAYS_30 = 30 * 86_400_000

let now: number
let known: ReturnType<typeof createKnownPlaces>
beforeEach(() => {
  now = Date.UTC(2026, 10, 28)
  known = createKnownPlaces(() => new Date(now))
})

it('knows a place of an account for thirty days after the last right password', () => {
  known.add('alice', 'home')
  expect([
    known.has('alice', 'home'),
    known.has('alice', 'away'),
    known.has('bob', 'home'),
  ]).toEqual([true, false, false])
  now += DAYS_30 - 1
  expect(known.has('alice', 'home')).toBe(true)
  known.add('alice', 'home')
  now += DAYS_30 - 1
  expect(known.has('alice', 'home')).toBe(true)
  now += 1
  expect(known.has('alice', 'home')).toBe(false)
})

it('keeps the newest eight places of an account', () => {
  for (let n = 0; n < 8; n++) known.add('alice', `place${n}`)
  known.add('alice', 'place0')
  known.add('alice', 'place8')
  expect(
    ['place0', 'place1', 'place2', 'place8'].map((place) => known.has('alice', place)),
  ).toEqual([true, false, true, true])
})

it('keeps the 5,000 accounts that were last logged in to', () => {
  for (let n = 0; n < 5_000; n++) known.add(`user${n}`, 'home')
  known.add('user0', 'away')
  known.add('user5000', 'home')
  expect(['user0', 'user1', 'user2', 'user5000'].map((user) => known.has(user, 'home'))).toEqual([
    ...[true, false, true, true],
  ])
})
