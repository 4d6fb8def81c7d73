import { expect, it } from 'vitest'
import { ORGANIZATION_ROLES } from '../../src/domain/organization-roles.ts'
import {
  CREATING_ROLES,
  createsRepositories,
  mayCreateRepositories,
} from '../../src/domain/repository-creation.ts'
import { SCOPES } from '../../src/domain/scopes.ts'

it('creators and administrators of an organization create repositories, members do not', () => {
  expect(CREATING_ROLES).toEqual(['creator', 'admin'])
  expect(ORGANIZATION_ROLES.filter(createsRepositories)).toEqual(CREATING_ROLES)
  expect(createsRepositories(undefined)).toBe(false)
})

it('one of two scopes lets tokens of users do so', () => {
  const creating = SCOPES.filter((scope) => mayCreateRepositories(new Set([scope])))
  expect(creating).toEqual(['repo:create', 'org:admin'])
})
