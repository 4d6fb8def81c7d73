import { describe, expect, it } from 'vitest'
import {
  isOciName,
  isRepositoryName,
  parseRepositoryPath,
  repositoryPath,
} from '../../src/domain/repository-name.ts'

it('names of repositories have letters, digits, separators between them, and 255 characters at most', () => {
  for (const name of ['a', 'a/b', 'a.b__c---d/e_f', '0', 'a'.repeat(255)]) {
    expect(isRepositoryName(name), name).toBe(true)
  }
  for (const name of [
    '',
    '/',
    'a/',
    '/a',
    'a//b',
    'a/.b',
    'a./b',
    'A',
    'a b',
    'a\n',
    'a'.repeat(256),
  ]) {
    expect(isRepositoryName(name), name).toBe(false)
  }
})

it.each(['a', 'acme/app', 'a/b/c', 'a.b', 'a_b', 'a__b', 'a---b', '0/1', 'a'.repeat(255)])(
  'a registry takes %s',
  (path) => expect(isOciName(path)).toBe(true),
)

it.each([
  ...['', '/', 'a/', '/a', 'a//b', 'A', 'a..b', 'a___b', 'a._b', '.a', 'a.', '-a', 'a-', 'a/_b'],
  ...['a b', 'a\n', 'a+b', `${'a'.repeat(255)}a`],
])('a registry does not take %j', (path) => expect(isOciName(path)).toBe(false))

describe('the path of a repository', () => {
  it('is a namespace and a name, which may be nested', () => {
    expect(parseRepositoryPath('acme/app')).toEqual({ namespace: 'acme', repository: 'app' })
    expect(parseRepositoryPath('acme/a/b')).toEqual({ namespace: 'acme', repository: 'a/b' })
    expect(repositoryPath({ namespace: 'acme', repository: 'a/b' })).toBe('acme/a/b')
  })

  it.each(['', 'acme', '/app', 'acme/', 'Acme/app', 'acme/App', 'a/app', 'acme//app'])(
    'is not %j',
    (path) => expect(parseRepositoryPath(path)).toBeUndefined(),
  )
})
