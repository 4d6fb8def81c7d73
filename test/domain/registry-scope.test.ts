import { describe, expect, it } from 'vitest'
import { parseRegistryScope } from '../../src/domain/registry-scope.ts'

describe('a scope', () => {
  it.each([
    ['repository:acme/app:pull', 'acme/app', 'acme', 'app', ['pull']],
    ['repository:acme/team/app:push,pull', 'acme/team/app', 'acme', 'team/app', ['push', 'pull']],
    ['repository:acme/app:pull,push', 'acme/app', 'acme', 'app', ['push', 'pull']],
    ['repository:acme/app:*,delete', 'acme/app', 'acme', 'app', ['delete', '*']],
    ['repository:acme/app:fly', 'acme/app', 'acme', 'app', []],
    ['repository(plugin):acme/app:pull', 'acme/app', 'acme', 'app', ['pull']],
    ['repository:app:pull', 'app', '', 'app', ['pull']],
    ['repository:catalog:*', 'catalog', '', 'catalog', ['*']],
    ['repository:Ac_me.x-1/app:pull', 'Ac_me.x-1/app', 'Ac_me.x-1', 'app', ['pull']],
  ])('%s is of a repository', (text, name, namespace, repository, actions) => {
    expect(parseRegistryScope(text)).toEqual({
      ...{ type: 'repository', name, namespace, repository, actions },
    })
  })

  it('may be of the catalogue', () => {
    expect(parseRegistryScope('registry:catalog:*')).toEqual({
      ...{ type: 'registry', name: 'catalog', actions: ['*'] },
    })
  })

  it.each([
    'registry:other:*',
    'plugin:acme/app:pull',
    'plugin:catalog:*',
    'other(repository):acme/app:pull',
  ])('is of nothing that there is: %s', (text) => expect(parseRegistryScope(text)).toBeUndefined())

  it.each([
    ...['', 'repository', 'repository:acme/app', 'repository::pull', ':acme/app:pull'],
    ...['repository:acme/app:', 'Repository:acme/app:pull', ' repository:acme/app:pull'],
    ...['repository():acme/app:pull', 'repository(A):acme/app:pull', 'repository(a:acme/app:pull'],
    ...['repository:acme/:pull', 'repository:/app:pull', 'repository:acme//app:pull'],
    ...['repository:acme/a b:pull', 'repository:acme:80/app:pull', 'repository:acme/app\n:pull'],
  ])('cannot be read from %j', (text) => {
    expect(() => parseRegistryScope(text)).toThrow(
      expect.objectContaining({
        code: 'registry_invalid_request',
        message: `Unable to decode repository and actions: ${text}`,
      }),
    )
  })

  it.each(['acme/App', 'acme/-app', 'acme/app-', 'App', `acme/${'a'.repeat(256)}`])(
    'has no repository such as %s',
    (name) => {
      expect(() => parseRegistryScope(`repository:${name}:pull`)).toThrow(
        expect.objectContaining({
          code: 'registry_invalid_name',
          message: `Invalid repository name: ${name}`,
        }),
      )
    },
  )
})
