import { randomBytes } from 'node:crypto'
import * as argon2 from 'argon2'
import { describe, expect, it, vi } from 'vitest'
import { createPasswords, generatePassword } from '../../src/crypto/passwords.ts'

describe('with argon2', () => {
  const passwords = createPasswords()

  it('hashes with argon2id, 19 MiB, 2 passes, 1 lane', async () => {
    const hash = await passwords.hash('correct horse')
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await passwords.hash('correct horse')).not.toBe(hash)
    await expect(passwords.verify(hash, 'correct horse')).resolves.toBe(true)
    await expect(passwords.verify(hash, 'Correct horse')).resolves.toBe(false)
  })

  it('accepts nothing for an unknown user', async () => {
    await expect(passwords.verify(null, 'correct horse')).resolves.toBe(false)
    await expect(passwords.verify(null, '')).resolves.toBe(false)
  })
})

it('pays one hash at full cost for an unknown user', async () => {
  const algorithm = fakeArgon2()
  await createPasswords({ algorithm }).verify(null, 'guess')
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
  await expect(passwords.verify('hash', tooLong)).resolves.toBe(false)
  await expect(passwords.verify(null, tooLong)).resolves.toBe(false)
  await expect(passwords.hash(tooLong)).rejects.toMatchObject({ code: 'invalid_request' })
  expect(algorithm.hash).not.toHaveBeenCalled()
  await passwords.verify('hash', 'ü'.repeat(512))
  expect(algorithm.verify).toHaveBeenCalledOnce()
})

it('runs two at a time, lets 50 wait and sends the rest away', async () => {
  let running = 0
  let most = 0
  const algorithm = fakeArgon2(async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
  })
  const passwords = createPasswords({ algorithm })
  const answers = await Promise.allSettled(
    Array.from({ length: 60 }, (_, index) => passwords.verify(index % 2 ? null : 'hash', 'guess')),
  )
  expect(most).toBe(2)
  const refused = answers.filter(({ status }) => status === 'rejected')
  expect(refused).toHaveLength(60 - 52)
  expect(refused[0]).toMatchObject({ reason: { code: 'unavailable', retryAfter: 1 } })
  await expect(passwords.verify('hash', 'guess')).resolves.toBe(true)
})

it('goes on after a failure', async () => {
  const algorithm = fakeArgon2(() => Promise.reject(new Error('out of memory')))
  const passwords = createPasswords({ algorithm, concurrency: 1 })
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await expect(passwords.verify('hash', 'guess')).rejects.toThrow('out of memory')
  }
})

it('makes passwords of 24 letters and digits', () => {
  expect(generatePassword(randomBytes)).toMatch(/^[A-Za-z0-9]{24}$/)
  expect(generatePassword(randomBytes)).not.toBe(generatePassword(randomBytes))
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
