import { describe, expect, it } from 'vitest'
import {
  assertHolds,
  assertMayActAs,
  assertMayGive,
  holdsAll,
  includesRobotsOf,
} from '../../src/domain/delegation.ts'
import type { OrganizationRole } from '../../src/domain/organization-roles.ts'
import type { RepositoryRole } from '../../src/domain/repository-roles.ts'
import type { Scope } from '../../src/domain/scopes.ts'
import { applicationActor, userActor } from './actors.ts'

const ROOT = userActor({ superuser: true, scopes: ['super:user'] })
const refused = expect.objectContaining({ code: 'insufficient_scope', message: 'Unauthorized' })
const may = (assert: () => void) => {
  try {
    assert()
    return true
  } catch (error) {
    expect(error).toEqual(refused)
    return false
  }
}

describe('a role in repositories', () => {
  const given = (...scopes: Scope[]) =>
    (['read', 'write', 'admin'] as const).filter((role) =>
      may(() => assertMayGive(userActor({ scopes }), role, true)),
    )

  it('is handed on as far as the token reaches', () => {
    expect(given('org:admin')).toEqual([])
    expect(given('org:admin', 'repo:write')).toEqual(['read', 'write'])
    expect(given('repo:admin')).toEqual(['read', 'write', 'admin'])
  })

  it('is handed on by the operator, by a superuser with full access, and where there is none', () => {
    expect(may(() => assertMayGive(undefined, 'admin', false))).toBe(true)
    expect(may(() => assertMayGive(ROOT, 'admin', true))).toBe(true)
    expect(may(() => assertMayGive(ROOT, 'admin', false))).toBe(false)
    expect(may(() => assertMayGive(userActor(), undefined, false))).toBe(true)
  })
})

describe('all that robots of an owner may do', () => {
  const acme = { id: 'acme-id', name: 'acme', kind: 'organization' } as never
  const alice = { id: 'alice-id', name: 'alice', kind: 'user' } as never

  it('is included in org:admin, in one’s own, and in full access', () => {
    expect(includesRobotsOf(userActor({ scopes: ['org:admin'] }), acme, false)).toBe(true)
    expect(includesRobotsOf(userActor({ scopes: ['user:admin'] }), alice, false)).toBe(true)
    expect(includesRobotsOf(ROOT, acme, true)).toBe(true)
    expect(includesRobotsOf(ROOT, acme, false)).toBe(false)
    expect(includesRobotsOf(userActor({ scopes: ['user:admin'] }), acme, true)).toBe(false)
    expect(includesRobotsOf(applicationActor(), alice, true)).toBe(true)
  })
})

describe('whoever lets another act as a robot', () => {
  const lets = (
    rights: { repositoryRoles?: RepositoryRole[]; teamRoles?: OrganizationRole[] },
    ...scopes: Scope[]
  ) =>
    may(() =>
      assertMayActAs(userActor({ scopes }), { repositoryRoles: [], teamRoles: [], ...rights }),
    )

  it('reaches the highest of its roles', () => {
    expect(lets({})).toBe(true)
    expect(lets({ teamRoles: ['member'] })).toBe(true)
    expect(lets({ repositoryRoles: ['read', 'write'] }, 'repo:read')).toBe(false)
    expect(lets({ repositoryRoles: ['read', 'write'] }, 'repo:write')).toBe(true)
  })

  it('may create repositories and is administrator of them, where the robot may create', () => {
    for (const teamRoles of [['creator'], ['member', 'admin']] as OrganizationRole[][]) {
      expect(lets({ teamRoles }, 'repo:admin')).toBe(false)
      expect(lets({ teamRoles }, 'repo:create')).toBe(false)
      expect(lets({ teamRoles }, 'repo:create', 'repo:write')).toBe(false)
      expect(lets({ teamRoles }, 'repo:create', 'repo:admin')).toBe(true)
      expect(lets({ teamRoles }, 'org:admin', 'repo:admin')).toBe(true)
    }
  })
})

it('a token gives scopes that it holds itself, all of them', () => {
  const held = new Set<Scope>(['repo:read', 'org:admin'])
  expect([holdsAll(held, []), holdsAll(held, ['org:admin', 'repo:read'])]).toEqual([true, true])
  expect(holdsAll(held, ['org:admin', 'repo:write'])).toBe(false)
  expect(may(() => assertHolds(held, ['org:admin']))).toBe(true)
  expect(may(() => assertHolds(held, ['org:admin', 'repo:write']))).toBe(false)
})
