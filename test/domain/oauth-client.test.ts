import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import {
  generateClientId,
  generateClientSecret,
  isClientId,
  isClientSecret,
} from '../../src/domain/oauth-client.ts'

it('makes ids of 20 and secrets of 40 capital letters and digits, and knows both', () => {
  const [id, secret] = [generateClientId(randomBytes), generateClientSecret(randomBytes)]
  expect(id).toMatch(/^[A-Z0-9]{20}$/)
  expect(secret).toMatch(/^[A-Z0-9]{40}$/)
  expect([isClientId(id), isClientSecret(secret)]).toEqual([true, true])
})

it.each([
  ['too short', (text: string) => text.slice(1)],
  ['too long', (text: string) => `${text}A`],
  ['begun too early', (text: string) => `A${text}`],
  ['in small letters', () => 'a'.repeat(40)],
  ['ended by a line', (text: string) => `${text}\n`],
])('takes nothing for one that is %s', (_, change) => {
  expect(isClientId(change('A'.repeat(20)))).toBe(false)
  expect(isClientSecret(change('A'.repeat(40)))).toBe(false)
})
