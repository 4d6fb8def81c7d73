import { createHash, randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { digestAppToken, generateAppToken, isAppToken } from '../../src/crypto/app-token.ts'

const token = generateAppToken(randomBytes)

it('makes 120 capital letters and digits', () => {
  expect(token).toMatch(/^[A-Z0-9]{120}$/)
  expect(generateAppToken(randomBytes)).not.toBe(token)
})

it('knows the form', () => {
  expect(isAppToken(token)).toBe(true)
  for (const text of [
    '',
    token.slice(1),
    `${token}A`,
    `A${token}`,
    `${token}\n`,
    'a'.repeat(120),
  ]) {
    expect(isAppToken(text)).toBe(false)
  }
})

it('is stored as its SHA-256', () => {
  expect(digestAppToken(token)).toEqual(createHash('sha256').update(token).digest())
})
