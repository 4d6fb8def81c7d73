import { expect, it } from 'vitest'
import { maySeeMembers, seenEmail } from '../../src/domain/account-visibility.ts'

it('an e-mail address is shown to who administers the account', () => {
  expect(seenEmail({ email: 'a@example.com' }, true)).toBe('a@example.com')
  expect(seenEmail({ email: 'a@example.com' }, false)).toBeUndefined()
  expect([seenEmail({ email: null }, true), seenEmail({ email: '' }, true)]).toEqual([
    undefined,
    undefined,
  ])
})

it('members of a team are shown to administrators and to one another', () => {
  expect(maySeeMembers({ isAdmin: true, isMember: false })).toBe(true)
  expect(maySeeMembers({ isAdmin: false, isMember: true })).toBe(true)
  expect(maySeeMembers({ isAdmin: false, isMember: false })).toBe(false)
})
