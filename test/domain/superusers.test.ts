import { expect, it } from 'vitest'
import { hasFullAccess, isSuperuser } from '../../src/domain/superusers.ts'
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
