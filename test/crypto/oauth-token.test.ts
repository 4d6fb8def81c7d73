import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { digestOAuthToken, generateOAuthToken, isOAuthToken } from '../../src/crypto/oauth-token.ts'

it('makes 40 letters and digits', () => {
  const token = generateOAuthToken(randomBytes)
  expect(token).toMatch(/^[A-Za-z0-9]{40}$/)
  expect(isOAuthToken(token)).toBe(true)
  expect(generateOAuthToken(randomBytes)).not.toBe(token)
})

it('knows the form', () => {
  const token = generateOAuthToken(randomBytes)
  for (const text of ['', token.slice(1), `${token}A`, `${token}\n`, token.replace(/^./, '_')]) {
    expect(isOAuthToken(text)).toBe(false)
  }
})

it('is stored as its SHA-256', () => {
  // FIPS 180-2, appendix B.1
  const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  expect(digestOAuthToken('abc').toString('hex')).toBe(expected)
})
