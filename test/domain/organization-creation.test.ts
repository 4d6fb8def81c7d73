import { expect, it } from 'vitest'
import { assertMayCreateOrganization } from '../../src/domain/organization-creation.ts'
import { applicationActor, userActor } from './actors.ts'

it('organizations are created by anyone, or by superusers and commands alone', () => {
  const mayCreate = (actor: Parameters<typeof assertMayCreateOrganization>[0]['actor']) => () =>
    assertMayCreateOrganization({ actor }, 'superusers')
  expect(() => assertMayCreateOrganization({ actor: userActor() }, 'anyone')).not.toThrow()
  expect(mayCreate(userActor({ superuser: true }))).not.toThrow()
  expect(mayCreate(undefined)).not.toThrow()
  for (const actor of [userActor(), applicationActor()]) {
    expect(mayCreate(actor)).toThrow(expect.objectContaining({ code: 'insufficient_scope' }))
  }
})
