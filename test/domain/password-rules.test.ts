import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import {
  generateInstallPassword,
  generatePassword,
  passwordProblem,
} from '../../src/domain/password-rules.ts'

it('a password has eight characters or more, none of them a blank', () => {
  expect(passwordProblem('12345678')).toBeUndefined()
  for (const bad of ['1234567', '1234 5678', '12345678\n', '\t12345678', '']) {
    expect(passwordProblem(bad), JSON.stringify(bad)).toBe(
      'Invalid password, password must be at least 8 characters and contain no whitespace.',
    )
  }
})

it('makes passwords of 24 letters and digits', () => {
  expect(generatePassword(randomBytes)).toMatch(/^[A-Za-z0-9]{24}$/)
  expect(generatePassword(randomBytes)).not.toBe(generatePassword(randomBytes))
})

it("a password that a superuser gives has the form of Quay's", () => {
  expect(generateInstallPassword(randomBytes)).toMatch(/^[A-Z0-9]{32}$/)
})
