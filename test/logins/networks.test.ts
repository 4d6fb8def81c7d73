import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { networksOf } from '../../src/domain/client-networks.ts'
import { createGuessCounts } from '../../src/domain/guess-counts.ts'
import { alone, type Peers } from '../../src/domain/peers.ts'
import { PASSWORD } from '../helpers/service.ts'
import { startStage } from '../helpers/stage.ts'
import { doorsOf, type Logins, many, startLogins } from './login-stage.ts'

const HOME = '2001:db8:aaaa::1'

let logins: Logins
beforeAll(async () => {
  logins = await startLogins()
})
beforeEach(() => logins.time.pass(120))
afterAll(() => logins?.close())

const hex = (n: number) => n.toString(16)

describe('guesses at one account', () => {
  it.each([
    ['200 networks of 64 bits in one of 48', (n: number) => `2001:db8:1:${hex(n * 256)}::1`, 40],
    ['60 networks of 64 bits in one of 56', (n: number) => `2001:db8:2:${hex(n)}::1`, 20],
    ['the neighbours of an address', (n: number) => `203.0.113.${n + 1}`, 40],
    ['addresses that are written another way', (n: number) => `::ffff:198.51.100.${n + 1}`, 40],
  ])('from %s are refused after some', async (_where, addressOf, most) => {
    const addresses = many(most + 10, addressOf)
    expect(await logins.guess('alice', addresses)).toEqual({ 401: most, 429: 10 })
    const from = addressOf(most + 11)
    const { headers } = await logins.login('alice', PASSWORD, from).expect(429)
    logins.time.pass(Number(headers['retry-after']))
    await logins.login('alice', PASSWORD, from).expect(200)
  })

  it('from everywhere are refused after 100, but not who is known at the address', async () => {
    await logins.login('alice', PASSWORD, HOME).expect(200)
    const everywhere = many(110, (n) => `2001:db8:${hex(n + 1)}::1`)
    expect(await logins.guess('alice', everywhere)).toEqual({ 401: 100, 429: 10 })
    await logins.login('alice', PASSWORD, '2001:db8:bbbb::1').expect(429)
    await logins.login('alice', PASSWORD, HOME).expect(200)
    await logins.login('bob', PASSWORD, '2001:db8:bbbb::1').expect(200)
  })

  it('by neighbours do not keep out who is known there, but the ten of the same address do', async () => {
    await logins.login('alice', PASSWORD, HOME).expect(200)
    const neighbours = many(25, (n) => `2001:db8:aaaa:${hex(n + 1)}::1`)
    expect(await logins.guess('alice', neighbours)).toEqual({ 401: 20, 429: 5 })
    await logins.login('alice', PASSWORD, HOME).expect(200)
    await logins.guess(
      'alice',
      many(10, () => HOME),
    )
    await logins.login('alice', PASSWORD, HOME).expect(429)
  })

  it('leave the account known for thirty days', async () => {
    await logins.login('bob', PASSWORD, HOME).expect(200)
    const neighbours = many(20, (n) => `2001:db8:aaaa:${hex(n + 1)}::1`)
    logins.time.pass(29 * 86_400)
    await logins.guess('bob', neighbours)
    await logins.login('bob', PASSWORD, HOME).expect(200)
    logins.time.pass(31 * 86_400)
    await logins.guess('bob', neighbours)
    await logins.login('bob', PASSWORD, HOME).expect(429)
  })
})

it('all processes of a server know of a place that one of them knows, and count for each other', async () => {
  const listeners: Map<string, (message: never) => void>[] = [new Map(), new Map()]
  const peersOf = (own: number): Peers => ({
    tell: (topic, message) => listeners[1 - own]?.get(topic)?.(message as never),
    onTold: (topic, listener) => void listeners[own]?.set(topic, listener),
    answer() {},
    askAll: async () => ({ answers: [], departed: [] }),
    once: alone(logins.time.clock),
  })
  const processes = await Promise.all(
    [0, 1].map((own) =>
      startStage({
        database: logins.database,
        config: { trustedProxies: ['127.0.0.1'] },
        surroundings: { clock: logins.time.clock, peers: peersOf(own) },
      }),
    ),
  )
  const [one, two] = processes.map(({ url }) => doorsOf(url))
  await one?.login('alice', PASSWORD, HOME).expect(200)
  const everywhere = many(101, (n) => `2001:db8:${hex(n + 1)}::2`)
  expect(await two?.guess('alice', everywhere)).toEqual({ 401: 100, 429: 1 })
  await two?.login('alice', PASSWORD, HOME).expect(200)
  await one?.login('alice', PASSWORD, '2001:db8:cccc::1').expect(429)

  // What one has counted is forgotten after a right password that another one is given, and that counts nowhere itself.
  const nine = many(9, () => HOME)
  for (let round = 0; round < 3; round++) {
    expect(await one?.guess('bob', nine)).toEqual({ 401: 9 })
    await two?.login('bob', PASSWORD, HOME).expect(200)
  }
  for (const _ of many(80, Number)) await two?.login('bob', PASSWORD, HOME).expect(200)
  expect(await one?.guess('nobody', [HOME])).toEqual({ 401: 1 })
  const office = many(60, () => '2001:db8:dddd::1')
  expect(await one?.guess('alice+ci', office)).toEqual({ 401: 60 })
  expect(await two?.guess('alice+ci', office.slice(-1))).toEqual({ 429: 1 })
  for (const each of processes) await each.close()
})

it('counts wrong tokens by network as well, and lets right ones in', async () => {
  const { robotToken, login } = logins
  const addressOf = (n: number) => `2001:db8:4:${hex(n * 256)}::1`
  const answers = many(250, (n) => login('alice+ci', 'wrong', addressOf(n)))
  const statuses = (await Promise.all(answers)).map(({ status }) => status)
  expect(statuses.filter((status) => status === 401)).toHaveLength(240)
  expect(statuses.filter((status) => status === 429)).toHaveLength(10)
  await login('alice+ci', robotToken, addressOf(1)).expect(200)
  await login('alice+ci', 'wrong', '2001:db8:5::1').expect(401)
})

it('counts by network whoever the accounts are', () => {
  const counts = createGuessCounts(logins.time.clock, { ofPair: 5, ofNetwork: 2 })
  const isRefused = (ip: string) => (n: number) => {
    const { pair, others } = counts(`account${n}`, networksOf(ip))
    const all = [pair, ...others]
    const refused = all.some((count) => count.isFull())
    if (!refused) for (const count of all) count.add()
    return refused
  }
  const tries = (ips: string[]) =>
    ips.map((ip, n) => isRefused(ip)(n)).filter((refused) => !refused)
  expect(tries(many(5, () => '2001:db8:1::1'))).toHaveLength(2)
  expect(tries(many(10, (n) => `2001:db8:2:${n}::1`))).toHaveLength(4)
  expect(tries(many(20, (n) => `2001:db8:3:${n}00::1`))).toHaveLength(8)
  expect(tries(many(20, (n) => `192.0.2.${n}`))).toHaveLength(8)
})
