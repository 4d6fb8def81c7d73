import { expect, it } from 'vitest'
import { createWaitingRoom } from '../../src/oidc/waiting-room.ts'

const roomOf = (places: number) => {
  const room = createWaitingRoom(places)
  return {
    enter: (count: number, issuer: string, caller: (n: number) => string = String) =>
      Array.from({ length: count }, (_, n) => room.enter(issuer, caller(n))).filter(
        (leave) => leave !== undefined,
      ),
  }
}

it('one issuer keeps two fifths of the places, and leaves room for others', () => {
  const { enter } = roomOf(250)
  const slow = enter(150, 'slow')
  expect(slow).toHaveLength(100)
  expect(enter(150, 'slow too')).toHaveLength(25) // then half of the places are taken
  expect(enter(10, 'third')).toHaveLength(5)
  expect(enter(10, 'fourth')).toHaveLength(5)
  for (const leave of slow) leave()
  expect(enter(10, 'fourth')).toHaveLength(10)
})

it('one caller with many slow issuers leaves room for others', () => {
  const { enter } = roomOf(250)
  const waiting = Array.from({ length: 1000 }, (_, n) => enter(1, `issuer ${n}`, () => 'attacker'))
  expect(waiting.flat()).toHaveLength(125)
  expect(enter(1, 'good', () => 'neighbour')).toHaveLength(1)
  expect(enter(1, 'good', () => 'attacker')).toHaveLength(0)
})

it('a caller who has waited has room again, also in a crowd', () => {
  const { enter } = roomOf(250)
  const waited = Array.from({ length: 100 }, (_, n) => enter(1, `issuer ${n}`, () => 'one'))
  for (const leave of waited.flat()) leave()
  Array.from({ length: 200 }, (_, n) => enter(1, `issuer ${n}`, () => `from ${n}`))
  expect(enter(1, 'good', () => 'one')).toHaveLength(1)
})

it('many callers and issuers together keep no more waiting than there are places', () => {
  const { enter } = roomOf(250)
  const waiting = Array.from({ length: 1000 }, (_, n) => enter(1, `issuer ${n}`, () => `from ${n}`))
  expect(waiting.flat()).toHaveLength(250)
})

it('few places still let each issuer in', () => {
  const { enter } = roomOf(1)
  const [leave] = enter(1, 'one')
  expect(enter(1, 'another')).toHaveLength(0)
  leave?.()
  expect(enter(1, 'another')).toHaveLength(1)
})
