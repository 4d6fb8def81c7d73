import { expect, it } from 'vitest'
import { emailProblem } from '../../src/domain/email-rules.ts'

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
