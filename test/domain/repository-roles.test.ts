import { describe, expect, it } from 'vitest'
import { ORGANIZATION_ROLES } from '../../src/domain/organization-roles.ts'
import {
  administersAll,
  capRole,
  highestRole,
  type RepositoryRole,
  reaches,
  repositoryCap,
} from '../../src/domain/repository-roles.ts'
import { SCOPES, type Scope } from '../../src/domain/scopes.ts'

const ROLES: RepositoryRole[] = ['read', 'write', 'admin']
const cap = (...scopes: Scope[]) => repositoryCap(new Set(scopes))

it('roles reach up to themselves', () => {
  const reach = (role: RepositoryRole | undefined) => ROLES.filter((one) => reaches(role, one))
  expect([undefined, ...ROLES].map(reach)).toEqual([[], ['read'], ['read', 'write'], ROLES])
})

it('administrators of an organization alone have a role in all its repositories', () => {
  expect(ORGANIZATION_ROLES.filter(administersAll)).toEqual(['admin'])
})

it('the highest of several counts', () => {
  expect(highestRole([])).toBeUndefined()
  expect(highestRole(['read', 'admin', 'write'])).toBe('admin')
  expect(highestRole(['read', 'write'])).toBe('write')
})

describe('what a token lets have', () => {
  it('is the highest role that its scopes name', () => {
    expect([cap('repo:read'), cap('repo:write'), cap('repo:admin')]).toEqual(ROLES)
    expect(cap('repo:read', 'repo:write')).toBe('write')
    expect(
      cap(...SCOPES.filter((scope) => !/^repo:(read|write|admin)$/.test(scope))),
    ).toBeUndefined()
  })

  it('caps the role of its user', () => {
    const capped = ROLES.map((role) => ROLES.map((most) => capRole(role, most)))
    expect(capped).toEqual([
      ['read', 'read', 'read'],
      ['read', 'write', 'write'],
      ['read', 'write', 'admin'],
    ])
    expect([capRole(undefined, 'admin'), capRole('admin', undefined)]).toEqual([
      ...[undefined, undefined],
    ])
  })
})
