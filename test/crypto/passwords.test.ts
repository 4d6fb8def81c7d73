import * as argon2 from 'argon2'
import { describe, expect, it, vi } from 'vitest'
import { createPasswords } from '../../src/crypto/passwords.ts'

const CLAIM = { party: '203.0.113.0/24', isTrusted: false }

describe('with argon2', () => {
  const passwords = createPasswords()

  it('hashes with argon2id, 19 MiB, 2 passes, 1 lane', async () => {
    const hash = await passwords.hash('correct horse')
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await passwords.hash('correct horse')).not.toBe(hash)
    await expect(passwords.verify(hash, 'correct horse', CLAIM)).resolves.toBe(true)
    await expect(passwords.verify(hash, 'Correct horse', CLAIM)).resolves.toBe(false)
  })

  it('accepts nothing for an unknown user', async () => {
    await expect(passwords.verify(null, 'correct horse', CLAIM)).resolves.toBe(false)
    await expect(passwords.verify(null, '', CLAIM)).resolves.toBe(false)
  })
})

it('pays one hash at full cost for an unknown user', async () => {
  const algorithm = fakeArgon2()
  await createPasswords({ algorithm }).verify(null, 'guess', CLAIM)
  expect(algorithm.verify).not.toHaveBeenCalled()
  expect(algorithm.hash).toHaveBeenCalledExactlyOnceWith('guess', {
    type: argon2.argon2id,
    memoryCost: 19_456,
    timeCost: 2,
    parallelism: 1,
  })
})

it('refuses more than 1024 bytes at no cost', async () => {
  const algorithm = fakeArgon2()
  const passwords = createPasswords({ algorithm })
  const tooLong = 'ü'.repeat(513)
  await expect(passwords.verify('hash', tooLong, CLAIM)).resolves.toBe(false)
  await expect(passwords.verify(null, tooLong, CLAIM)).resolves.toBe(false)
  await expect(passwords.hash(tooLong)).rejects.toMatchObject({
    code: 'invalid_request',
    message: 'A password has at most 1024 bytes',
  })
  expect(algorithm.hash).not.toHaveBeenCalled()
  await passwords.verify('hash', 'ü'.repeat(512), CLAIM)
  expect(algorithm.verify).toHaveBeenCalledOnce()
})

/** Checks that wait until they are released; says in which order they began. */
function heldPasswords() {
  const began: string[] = []
  const release: (() => void)[] = []
  const algorithm = {
    ...fakeArgon2(),
    verify: vi.fn(async (_hash: string, password: string) => {
      began.push(password)
      await new Promise<void>((resolve) => release.push(resolve))
      return true
    }),
  }
  const passwords = createPasswords({ algorithm })
  return {
    began,
    hash: (password: string) => passwords.hash(password),
    check: (party: string, password: string, isTrusted = false, hash: string | null = 'hash') =>
      passwords.verify(hash, password, { party, isTrusted }).then(
        () => 'checked',
        ({ code, message }) => {
          expect(message).toBe('Too many logins at once')
          return code as string
        },
      ),
    /** Lets some of those at work end. */
    async release(count: number) {
      for (const next of release.splice(0, count)) next()
      await new Promise((resolve) => setImmediate(resolve))
    },
    async finish() {
      for (let idle = 0; idle < 3; idle += release.length > 0 ? 0 : 1) {
        for (const next of release.splice(0)) next()
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
  }
}

it('runs two at a time, lets 128 wait and sends the rest away', async () => {
  const { began, check, finish } = heldPasswords()
  const answers = Array.from({ length: 140 }, (_, n) => check('one', `guess${n}`))
  expect(began).toHaveLength(2)
  await finish()
  const refused = (await Promise.all(answers)).filter((answer) => answer === 'unavailable')
  expect(refused).toHaveLength(10)
})

it('lets no network keep another out, and gives each its turn', async () => {
  const { began, check, finish } = heldPasswords()
  const guesses = Array.from({ length: 130 }, (_, n) => check('guesser', `guess${n}`))
  const others = [check('office', 'first'), check('office', 'second'), check('home', 'third')]
  await finish()
  expect(await Promise.all(others)).toEqual(['checked', 'checked', 'checked'])
  expect(began.slice(0, 7)).toEqual([
    ...['guess0', 'guess1'],
    ...['guess2', 'first', 'third', 'guess3', 'second'],
  ])
  const answers = await Promise.all(guesses)
  expect(answers.indexOf('unavailable')).toBe(127)
})

it('keeps a place for who is known, however many networks guess', async () => {
  const { began, check, finish } = heldPasswords()
  const guesses = Array.from({ length: 130 }, (_, n) => check(`network${n}`, `guess${n}`))
  const stranger = check('stranger', 'right')
  const known = check('network0', 'known', true)
  await finish()
  expect(await Promise.all([stranger, known])).toEqual(['unavailable', 'checked'])
  expect(began[2]).toBe('known')
  expect((await Promise.all(guesses)).filter((answer) => answer !== 'checked')).toHaveLength(1)
})

it('keeps no place for who guesses at users that do not exist', async () => {
  const { check, finish } = heldPasswords()
  const guesses = Array.from({ length: 130 }, (_, n) => check(`network${n}`, `guess${n}`))
  const ofNobody = check('stranger', 'guess', false, null)
  await finish()
  expect(await ofNobody).toBe('unavailable')
  expect(new Set(await Promise.all(guesses))).toEqual(new Set(['checked']))
})

it('lets nobody who is known keep others out, known or not, nor wait for all that is theirs', async () => {
  const { began, check, finish } = heldPasswords()
  const own = Array.from({ length: 200 }, (_, n) => check('alice', `alice${n}`, true))
  const others = [check('bob', 'bob', true), check('network', 'stranger')]
  await finish()
  expect(await Promise.all(others)).toEqual(['checked', 'checked'])
  expect(began.slice(0, 10)).toEqual(expect.arrayContaining(['bob', 'stranger']))
  const answers = await Promise.all(own)
  expect(answers.filter((answer) => answer === 'checked')).toHaveLength(128)
})

it('gives others a turn while those who are known come again and again', async () => {
  const { began, check, finish, release } = heldPasswords()
  const answers = ['running', 'too'].map((password) => check('bob', password, true))
  answers.push(check('network', 'stranger'))
  const again = () => answers.push(check('alice', `alice${answers.length}`, true))
  for (let n = 0; n < 3; n++) again()
  for (let n = 0; n < 8; n++) {
    again()
    await release(1)
  }
  expect(began.slice(0, 6)).toContain('stranger')
  await finish()
  await Promise.all(answers)
})

it('hashes the new password of a caller of the API, however many networks guess', async () => {
  const { began, check, finish, hash } = heldPasswords()
  const guesses = Array.from({ length: 130 }, (_, n) => check(`network${n}`, `guess${n}`))
  const changed = hash('new password')
  await finish()
  expect(await changed).toBe('hash')
  expect(began).toHaveLength(129)
  expect((await Promise.all(guesses)).filter((answer) => answer !== 'checked')).toHaveLength(1)
})

it('goes on after a failure', async () => {
  const algorithm = fakeArgon2(() => Promise.reject(new Error('out of memory')))
  const passwords = createPasswords({ algorithm, concurrency: 1 })
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await expect(passwords.verify('hash', 'guess', CLAIM)).rejects.toThrow('out of memory')
  }
})

function fakeArgon2(work = async () => {}) {
  return {
    hash: vi.fn(async (_password: string, _options: argon2.Options) => {
      await work()
      return 'hash'
    }),
    verify: vi.fn(async () => {
      await work()
      return true
    }),
  }
}
