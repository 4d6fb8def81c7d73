import { describe, expect, it } from 'vitest'
import { parseRegistryScopes, withoutOddNames } from '../../src/domain/registry-scope-list.ts'

const [APP, BASE] = ['repository:acme/app:pull', 'repository:acme/base:pull']
/** Quay's rule for names lets it, the one of registries does not. */
const ODD = 'repository:acme/odd-._name:pull'
const namesOf = (scopes: { name: string }[]) => scopes.map(({ name }) => name)
const coded = (code: string, text: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(text) })

describe('the scopes of a request', () => {
  it('are read in order, and those left out that cannot be', () => {
    const list = parseRegistryScopes([BASE, 'repository:acme/Bad:pull', 'repository:a b:pull', APP])
    expect(namesOf(list.scopes)).toEqual(['acme/base', 'acme/app'])
    expect(list.problems).toEqual([
      coded('registry_invalid_name', 'acme/Bad'),
      coded('registry_invalid_request', 'repository:a b:pull'),
    ])
  })

  it('may be none, and of nothing that there is', () => {
    expect(parseRegistryScopes([])).toEqual({ scopes: [], problems: [] })
    expect(parseRegistryScopes(['plugin:acme/app:pull'])).toEqual({ scopes: [], problems: [] })
  })

  it('are refused by the first, where none can be read', () => {
    expect(() => parseRegistryScopes(['repository:acme/Bad:pull', 'repository:a b:pull'])).toThrow(
      coded('registry_invalid_name', 'acme/Bad'),
    )
    const others = ['plugin:acme/app:pull', 'repository:acme/Bad:pull']
    expect(parseRegistryScopes(others).scopes).toEqual([])
  })

  it('are a hundred at most', () => {
    expect(parseRegistryScopes(Array(100).fill(APP)).scopes).toHaveLength(100)
    expect(() => parseRegistryScopes(Array(101).fill(APP))).toThrow(
      coded('registry_invalid_request', 'More than 100 scopes'),
    )
  })

  it('are spoilt by one that names no type of resource', () => {
    expect(() => parseRegistryScopes([APP, 'acme/app'])).toThrow(
      coded('registry_invalid_request', 'acme/app'),
    )
  })
})

describe('a name that no registry takes', () => {
  it('is left out beside others, unless the repository is there', () => {
    const list = parseRegistryScopes([APP, ODD])
    expect(namesOf(withoutOddNames(list, () => false))).toEqual(['acme/app'])
    expect(namesOf(withoutOddNames(list, () => true))).toEqual(['acme/app', 'acme/odd-._name'])
    expect(namesOf(withoutOddNames(parseRegistryScopes([ODD]), () => true))).toHaveLength(1)
  })

  it('is refused where nothing else was asked for', () => {
    const list = parseRegistryScopes([ODD, 'repository:acme/Bad:pull'])
    expect(() => withoutOddNames(list, () => false)).toThrow(
      coded('registry_invalid_name', 'Invalid repository name: acme/odd-._name'),
    )
  })

  it('is not missed where nothing is left that was asked for', () => {
    const list = parseRegistryScopes(['plugin:acme/app:pull', 'repository:acme/Bad:pull'])
    expect(withoutOddNames(list, () => false)).toEqual([])
  })
})
