import { createHash } from 'node:crypto'
import { beforeEach, expect, it } from 'vitest'
import { createSecondTries } from '../../src/domain/second-tries.ts'

const ALICE = { username: 'alice', password: 'wrong' }
const HERE = { ip: '2001:db8:1:2::3' }

let now: number
let tries: ReturnType<typeof createSecondTries>
beforeEach(() => {
  now = 0
  const randomBytes = (size: number) => createHash('sha512').digest().subarray(0, size)
  tries = createSecondTries({ clock: () => new Date(now), randomBytes })
})

it('takes what was refused as a form for one second try, from the same subscriber', () => {
  expect(tries.take(ALICE, HERE)).toBe(false)
  tries.expect(ALICE, HERE)
  expect(tries.take(ALICE, { ip: '2001:db8:1:2::ffff' })).toBe(true)
  expect(tries.take(ALICE, HERE)).toBe(false)
})

it('takes each of two', () => {
  tries.expect(ALICE, HERE)
  tries.expect(ALICE, HERE)
  expect([1, 2, 3].map(() => tries.take(ALICE, HERE))).toEqual([true, true, false])
})

it.each([
  ['another user', { ...ALICE, username: 'bob' }, HERE],
  ['another password', { ...ALICE, password: 'other' }, HERE],
  ['from elsewhere', ALICE, { ip: '2001:db8:1:3::3' }],
  ['from nowhere', ALICE, {}],
])('takes %s for a first try', (_, credentials, origin) => {
  tries.expect(ALICE, HERE)
  expect(tries.take(credentials, origin)).toBe(false)
})

it('waits for ten seconds', () => {
  tries.expect(ALICE, HERE)
  now = 9_999
  expect(tries.take(ALICE, HERE)).toBe(true)
  tries.expect({ ...ALICE, username: 'bob' }, HERE)
  now += 10_000
  expect(tries.take({ ...ALICE, username: 'bob' }, HERE)).toBe(false)
})

it('remembers five thousand', () => {
  const user = (n: number) => ({ username: `user${n}`, password: 'wrong' })
  for (let n = 0; n <= 5_000; n++) tries.expect(user(n), HERE)
  expect([0, 1, 5_000].map((n) => tries.take(user(n), HERE))).toEqual([false, true, true])
})
