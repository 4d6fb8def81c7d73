import { describe, expect, it } from 'vitest'
import { parseScopes, type Scope, satisfiedAlternatives } from '../../src/domain/scopes.ts'

describe('a text of scopes', () => {
  it.each([
    ['repo:read', ['repo:read']],
    ['repo:read org:admin', ['repo:read', 'org:admin']],
    ['repo:read,org:admin user:read', ['repo:read', 'org:admin', 'user:read']],
    ['repo:read repo:read', ['repo:read']],
  ])('names them: %s', (text, scopes) => expect(parseScopes(text)).toEqual(scopes))

  it.each([
    ...['', ' ', 'repo:read ', ' repo:read', 'repo:read  org:admin', 'repo:read, org:admin'],
    ...['repo:fly', 'repo:read repo:fly', 'toString', 'REPO:READ', 'repo:read\torg:admin'],
  ])('is none as a whole where one is unknown: %j', (text) => {
    expect(parseScopes(text)).toBeUndefined()
  })
})

it('of alternatives those are satisfied whose scopes are all held', () => {
  const held = new Set<Scope>(['org:admin', 'repo:read'])
  const both: Scope[] = ['org:admin', 'repo:read']
  const alternatives: Scope[][] = [['org:admin', 'user:admin'], both, ['super:user'], ['repo:read']]
  expect(satisfiedAlternatives(held, alternatives)).toEqual([both, ['repo:read']])
})
