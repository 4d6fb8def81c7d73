import { expect, it } from 'vitest'
import { principalOf } from '../../src/domain/principal.ts'
import { applicationActor, userActor } from './actors.ts'

it('roles are those of the user, or of the organization that an application administers', () => {
  expect(principalOf(userActor())).toEqual({ kind: 'user', id: 'alice-id' })
  expect(principalOf(applicationActor())).toEqual({ kind: 'administrator', id: 'acme-id' })
  expect([principalOf(null), principalOf(undefined)]).toEqual([
    { kind: 'nobody' },
    { kind: 'nobody' },
  ])
})
