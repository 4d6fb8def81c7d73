import { expect, it } from 'vitest'
import {
  assertChangeable,
  assertMayEndTokensOf,
  hasFullAccess,
  isSuperuser,
} from '../../src/domain/superusers.ts'
import { applicationActor, userActor } from './actors.ts'

it('a superuser is a user, and has full access where that is on and the token says so', () => {
  const root = userActor({ superuser: true, scopes: ['super:user'] })
  expect([isSuperuser(root), isSuperuser(userActor()), isSuperuser(applicationActor())]).toEqual([
    ...[true, false, false],
  ])
  expect([hasFullAccess(root, true), hasFullAccess(root, false)]).toEqual([true, false])
  expect(hasFullAccess(userActor({ superuser: true, scopes: ['org:admin'] }), true)).toBe(false)
  expect(hasFullAccess(userActor({ scopes: ['super:user'] }), true)).toBe(false)
})

it('superusers neither change one another nor end the tokens of one another', () => {
  const actor = userActor({ superuser: true })
  const refused = (message: string) => expect.objectContaining({ code: 'invalid_request', message })
  const user = { id: 'bob-id', superuser: false }
  const another = { id: 'root-id', superuser: true }
  const own = { id: 'alice-id', superuser: true }
  expect(() => assertChangeable(user, 'delete')).not.toThrow()
  expect(() => assertChangeable(another, 'delete')).toThrow(refused('Cannot delete a superuser'))
  expect(() => assertMayEndTokensOf(user, { actor })).not.toThrow()
  expect(() => assertMayEndTokensOf(own, { actor })).not.toThrow()
  expect(() => assertMayEndTokensOf(another, { actor })).toThrow(
    refused('Cannot end a token of another superuser'),
  )
})
