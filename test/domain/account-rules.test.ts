import { expect, it } from 'vitest'
import { assertNoProblem, emailProblem, passwordProblem } from '../../src/domain/account-rules.ts'

it('a password has eight characters or more, none of them a blank', () => {
  expect(passwordProblem('12345678')).toBeUndefined()
  for (const bad of ['1234567', '1234 5678', '12345678\n', '\t12345678', '']) {
    expect(passwordProblem(bad), JSON.stringify(bad)).toBe(
      'Invalid password, password must be at least 8 characters and contain no whitespace.',
    )
  }
})

it.each(['a@b', 'first.last+tag@example.com', 'ü@exämple.com'])('%s is an address', (email) => {
  expect(emailProblem(email)).toBeUndefined()
})

it.each(['', 'alice', '@example.com', 'alice@', 'a@b@c', 'a b@c', 'a@b c', ' a@b', 'a@b '])(
  '%j is no address',
  (email) => expect(emailProblem(email)).toBe('Invalid email address'),
)

it('an address has 320 characters at most', () => {
  const longest = `${'a'.repeat(318)}@b`
  expect(emailProblem(longest)).toBeUndefined()
  expect(emailProblem(`a${longest}`)).toBe(
    'Invalid email address: it must be at most 320 characters in length',
  )
})

it('of several problems the first is told', () => {
  expect(() => assertNoProblem(undefined, 'one', 'two')).toThrow(
    expect.objectContaining({ code: 'model_refused', message: 'one' }),
  )
  expect(() => assertNoProblem(undefined, undefined)).not.toThrow()
})
