import { beforeAll, beforeEach, expect, it } from 'vitest'
import { type KeySet, parseKeySet } from '../../src/crypto/key-set.ts'
import { createIssuerKeys, type IssuerKeys } from '../../src/oidc/issuer-keys.ts'
import { createClock, type TestClock } from '../helpers/clock.ts'
import { createSigningKey } from '../helpers/signing.ts'
import { CALLER } from './stack.ts'

// What other processes of the server have fetched, and what is told of an issuer that fails.

const HOUR = 3600

let keySet: KeySet
let time: TestClock
let keys: IssuerKeys
let sinces: number[]
let isDown: boolean

beforeAll(async () => {
  const { publicJwk } = await createSigningKey('ES256', 'k1')
  keySet = parseKeySet({ keys: [publicJwk] }) as KeySet
})
beforeEach(() => {
  time = createClock()
  keys = createIssuerKeys({ clock: time.clock, maxWaiting: 10 })
  sinces = []
  isDown = false
})

const source = {
  ...{ id: 'issuer', issuer: 'https://issuer.example.com', rules: {} },
  addressRefusal: () => undefined,
  async fetchKeySet(since: number) {
    sinces.push(since)
    if (isDown) throw new Error('down')
    return { keySet, fetchedAt: time.clock().getTime() }
  },
}
const lacking = { want: 'key' as const, words: 'no such key' }
const use = () => keys.tryKeys(source, () => undefined, CALLER)
const seek = () => keys.tryKeys(source, () => lacking, CALLER).catch(() => undefined)
const ago = (seconds: number) => time.clock().getTime() - seconds * 1000

it('those of others do for an hour, newer ones than here, but none of before where a key is missing', async () => {
  await use()
  expect(sinces).toEqual([ago(HOUR)])
  time.pass(2 * HOUR)
  await use()
  expect(sinces.slice(1)).toEqual([ago(HOUR)])
  time.pass(60)
  await seek()
  expect(sinces.slice(2)).toEqual([ago(0)])
})

it('an issuer is out of order only while keys serve that are no longer fresh', async () => {
  await use()
  time.pass(600)
  isDown = true
  await seek()
  expect(sinces).toHaveLength(2)
  expect(keys.outageOf(source)).toBeUndefined()
  time.pass(HOUR)
  await use()
  const servesUntil = new Date(ago(HOUR + 600) + 24 * HOUR * 1000)
  expect(keys.outageOf(source)).toMatchObject({ servesUntil })
  time.pass(60)
  isDown = false
  await use()
  expect(keys.outageOf(source)).toBeUndefined()
})
