import argon2 from 'argon2'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { browserOf } from '../helpers/browser.ts'
import { eventually } from '../helpers/eventually.ts'
import { PASSWORD } from '../helpers/service.ts'
import { type Logins, many, startLogins } from './login-stage.ts'

let logins: Logins
beforeAll(async () => {
  logins = await startLogins()
})
beforeEach(() => logins.time.pass(120))
afterAll(() => logins?.close())

const statusesOf = async (answers: PromiseLike<{ status: number }>[]) =>
  (await Promise.all(answers)).map(({ status }) => status)

// On a slow machine some of a crowd wait in vain; who must not is asked for below.
const CROWD = 80

it('lets right passwords in from elsewhere while eighty guess from one address', async () => {
  const guesses = many(CROWD, (n) => logins.login(`nobody${n}`, 'wrong', '203.0.113.7').then())
  const right = ['198.51.100.20', '2001:db8::1'].map((from) =>
    logins.login('alice', PASSWORD, from).then(),
  )
  expect(await statusesOf(right)).toEqual([200, 200])
  expect(await statusesOf(guesses)).not.toContain(200)
})

it('lets right passwords in from known addresses while eighty guess from as many networks', async () => {
  const addresses = ['198.51.100.20', '10.0.7.1']
  for (const from of addresses) await logins.login('alice', PASSWORD, from).expect(200)
  const guesses = many(CROWD, (n) => logins.login(`nobody${n}`, 'wrong', `10.0.${n}.1`).then())
  const right = addresses.map((from) => logins.login('alice', PASSWORD, from).then())
  expect(await statusesOf(right)).toEqual([200, 200])
  expect(await statusesOf(guesses)).not.toContain(200)
})

it('lets right passwords in that come all at once', async () => {
  const right = many(30, () => logins.login('bob', PASSWORD, '203.0.113.8').then())
  expect(new Set(await statusesOf(right))).toEqual(new Set([200]))
})

it('lets people into the console, however long log-ins to the registry take', async () => {
  let release = () => {}
  const released = new Promise<string>((resolve) => {
    release = () => resolve('hash')
  })
  // Of names that nobody has.
  const hash = vi.spyOn(argon2, 'hash').mockImplementation(() => released as never)
  const guesses = many(4, (n) => logins.login(`nobody${n}`, 'wrong', '203.0.113.9').then())
  try {
    await eventually(() => expect(hash).toHaveBeenCalledTimes(2))
    const signedIn = browserOf(logins.url).signIn('alice')
    const late = new Promise((resolve) => setTimeout(resolve, 5_000, 'too late'))
    expect(await Promise.race([signedIn, late])).toMatchObject({ status: 201 })
  } finally {
    hash.mockRestore()
    release()
  }
  expect(await statusesOf(guesses)).toEqual(Array(4).fill(401))
})
