import { describe, expect, it } from 'vitest'
import type { Actor } from '../../src/domain/actor.ts'
import {
  atLeast,
  effectiveRole,
  highest,
  type OrganizationRole,
  roleIn,
} from '../../src/domain/organization-roles.ts'
import type { Scope } from '../../src/domain/scopes.ts'
import { applicationActor, userActor } from './actors.ts'

const ROLES: OrganizationRole[] = ['member', 'creator', 'admin']

it('roles reach up to themselves', () => {
  const reach = (role: OrganizationRole | undefined) => ROLES.filter((one) => atLeast(role, one))
  expect([undefined, ...ROLES].map(reach)).toEqual([[], ['member'], ['member', 'creator'], ROLES])
})

it.each([
  [[], undefined],
  [['member'], 'member'],
  [['member', 'admin', 'creator'], 'admin'],
  [['creator', 'member'], 'creator'],
  [['member', 'creator'], 'creator'],
] as const)('of %j the highest is %s', (roles, best) => expect(highest(roles)).toBe(best))

describe('a superuser with full access', () => {
  const root = userActor({ superuser: true, scopes: ['super:user'] })

  it('is an administrator', () => {
    const role = (actor: Actor, superusersFullAccess = true) =>
      effectiveRole({ actor, teamRole: undefined, superusersFullAccess }, [['super:user']])
    expect([role(root), role(root, false), role(userActor({ scopes: ['super:user'] }))]).toEqual([
      ...['admin', undefined, undefined],
    ])
  })
})

it('a user administers what is the user’s own, and nothing of another user', () => {
  const role = (id: string) => roleIn({ id, roles: [] }, userActor())
  expect([role('alice-id'), role('bob-id')]).toEqual(['admin', undefined])
})

it('a user has the highest role of the teams, an application is administrator of its own', () => {
  const organization = { id: 'acme', roles: ['member', 'creator'] as const }
  expect(roleIn(organization, userActor())).toBe('creator')
  expect(roleIn(organization, applicationActor('acme'))).toBe('admin')
  expect(roleIn(organization, applicationActor('other'))).toBeUndefined()
})

describe('the role in which one may act', () => {
  const ALTERNATIVES: Scope[][] = [['org:admin'], ['repo:create'], ['super:user']]
  const role = (teamRole: OrganizationRole | undefined, ...scopes: Scope[]) =>
    effectiveRole(
      { actor: userActor({ scopes }), teamRole, superusersFullAccess: true },
      ALTERNATIVES,
    )

  it('is what the teams give, by scopes that open the operation', () => {
    expect(ROLES.map((one) => role(one, 'org:admin'))).toEqual(ROLES)
    expect(ROLES.map((one) => role(one, 'repo:read'))).toEqual([undefined, undefined, undefined])
    expect(role(undefined, 'org:admin')).toBeUndefined()
  })

  it('is creator at most by repo:create, unless another scope reaches further', () => {
    expect(ROLES.map((one) => role(one, 'repo:create'))).toEqual(['member', 'creator', 'creator'])
    expect(role('admin', 'repo:create', 'org:admin')).toBe('admin')
  })
})
