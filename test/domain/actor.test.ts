import { expect, it } from 'vitest'
import { performerNameOf, userIdOf } from '../../src/domain/actor.ts'
import { NIL_ID } from '../../src/domain/ids.ts'
import { applicationActor, userActor } from './actors.ts'

it('only a user has the key of one', () => {
  expect([userIdOf(userActor()), userIdOf(applicationActor()), userIdOf(undefined)]).toEqual([
    ...['alice-id', NIL_ID, NIL_ID],
  ])
})

it('no application is called as a user could be', () => {
  expect(performerNameOf(userActor())).toBe('alice')
  expect(performerNameOf(applicationActor('acme-id', 'alice'))).toBe('application alice')
  const long = performerNameOf(applicationActor('acme-id', 'x'.repeat(300)))
  expect(long).toBe(`application ${'x'.repeat(243)}`)
})
