import { beforeEach, expect, it } from 'vitest'
import { networksOf } from '../../src/domain/client-networks.ts'
import { createGuessCounts } from '../../src/domain/guess-counts.ts'

const LIMITS = { ofPair: 2, ofNetwork: 3, ofAccount: 4 }

let now: number
let counts: ReturnType<typeof createGuessCounts>
beforeEach(() => {
  now = 0
  counts = createGuessCounts(() => new Date(now), LIMITS)
})

const of = (account: string, ip: string) => counts(account, networksOf(ip))
const guess = (account: string, ip: string) => {
  const { pair, others } = of(account, ip)
  for (const count of [pair, ...others]) count.add()
}
/** Which counts are full: of the pair, of the pair in the larger network, of both networks, of the account. */
const full = (account: string, ip: string) => {
  const { pair, others } = of(account, ip)
  return [pair, ...others].map((count) => count.isFull())
}

it('counts by account and network, by network, and by account', () => {
  guess('alice', '192.0.2.1')
  expect(full('alice', '192.0.2.1')).toEqual([false, false, false, false, false])
  guess('alice', '192.0.2.1')
  expect(full('alice', '192.0.2.1')).toEqual([true, false, false, false, false])
  guess('bob', '192.0.2.1')
  expect(full('bob', '192.0.2.1')).toEqual([false, false, true, false, false])
  guess('alice', '198.51.100.1')
  guess('alice', '203.0.113.1')
  expect(full('alice', '2001:db8::1')).toEqual([...Array(6).fill(false), true])
  expect(full('carol', '198.51.100.1')).toEqual([false, false, false, false, false])
})

it('lets a larger network have more', () => {
  for (const n of [1, 2, 3, 4, 5, 6, 7]) guess('alice', `192.0.2.${n}`)
  expect(full('alice', '192.0.2.99').slice(0, 4)).toEqual([false, false, false, false])
  guess('alice', '192.0.2.8')
  expect(full('alice', '192.0.2.99').slice(0, 4)).toEqual([false, true, false, false])
  for (const n of [9, 10, 11, 12]) guess(`user${n}`, `192.0.2.${n}`)
  expect(full('bob', '192.0.2.99')).toEqual([false, false, false, true, false])
})

it('takes a count back, forgets it, and begins anew after a minute', () => {
  for (let n = 0; n < 2; n++) guess('alice', '192.0.2.1')
  const { pair } = of('alice', '192.0.2.1')
  expect([pair.isFull(), pair.secondsLeft()]).toEqual([true, 60])
  pair.subtract()
  expect(pair.isFull()).toBe(false)
  pair.add()
  pair.forget()
  pair.add()
  expect(pair.isFull()).toBe(false)
  pair.add()
  now = 59_999
  expect(pair.isFull()).toBe(true)
  now = 60_000
  expect(pair.isFull()).toBe(false)
})

it('counts no account by itself unless told to', () => {
  const { ofAccount: _, ...limits } = LIMITS
  counts = createGuessCounts(() => new Date(now), limits)
  expect(of('alice', '192.0.2.1').others).toHaveLength(3)
})

it('counts ten thousand keys of a kind at a time', () => {
  const unknown = networksOf(undefined)
  for (let n = 0; n < 10_000; n++) counts(`user${n}`, unknown).pair.add()
  const { pair } = counts('user0', unknown)
  pair.add()
  expect(pair.isFull()).toBe(true)
  counts('another', unknown).pair.add()
  expect(pair.isFull()).toBe(false)
})
